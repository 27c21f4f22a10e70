package salutation

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/internal/strictjson"
)

// ErrPack is what every fault of a pack of rules unwraps to.
var ErrPack = errors.New("salutation: pack not valid")

// PackError is one fault of a pack. It unwraps to ErrPack.
type PackError struct {
	Pack   string // "builtin", or "pack 0", "pack 1", … of the options
	File   string
	Path   string // where: "openings[3].text"; empty for the file itself
	Detail string
	Err    error // the cause, where there is one
}

// Error writes pack, file, path and detail.
func (e *PackError) Error() string {
	text := "salutation: " + e.Pack + ": " + e.File
	if e.Path != "" {
		text += ": " + e.Path
	}
	return text + ": " + e.Detail
}

// Unwrap gives ErrPack and the cause.
func (e *PackError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrPack}
	}
	return []error{ErrPack, e.Err}
}

// Status is the state of review of a rule. The zero value is none.
type Status uint8

// The states.
const (
	Draft    Status = iota + 1 // written from sources; no speaker of the language has reviewed it
	Reviewed                   // a speaker of the language has reviewed it
)

var statusNames = [...]string{"draft", "reviewed"}

// String is "draft" or "reviewed"; "none" for the zero value.
func (s Status) String() string { return named("status", uint8(s), "none", statusNames[:]) }

// MarshalText writes the name; a value that is no status is ErrWord.
func (s Status) MarshalText() ([]byte, error) {
	if s < Draft || s > Reviewed {
		return nil, fmt.Errorf("%w: %s", ErrWord, s)
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads a name as String writes it; anything else is ErrWord.
func (s *Status) UnmarshalText(text []byte) error {
	v, ok := numbered(text, statusNames[:])
	if !ok {
		return fmt.Errorf("%w: %.40q", ErrWord, text)
	}
	*s = Status(v)
	return nil
}

// Reference is where a rule comes from.
type Reference struct {
	ID        string // key within its pack, or the source's key among culture's facts
	Title     string
	Publisher string
	URL       string // empty for what has no page, such as a standard
}

const (
	rulesSchema = "salutation-rules/1"
	rulesGlob   = "salutation*.json"
	maxFile     = 512 << 10 // bytes
	maxFiles    = 64
	maxRules    = 20_000 // of one engine
)

//go:embed rules/*.json
var builtin embed.FS

//go:embed rules.schema.json
var schema string

// PackSchema is the JSON Schema (draft 2020-12) of a file of rules, for editors and for
// tests of a host. It says what the form of a file can say; New checks the rest, too: that
// placeholders belong to their section, and that ids, traditions, sources and facts exist.
func PackSchema() string { return schema }

// rawFile is the form of one file.
type rawFile struct {
	Schema     string              `json:"schema" strictjson:"required"`
	Status     Status              `json:"status" strictjson:"required"`
	Reviewed   string              `json:"reviewed" strictjson:"required"` // the day on which it was last held against its sources
	Note       string              `json:"note"`
	Write      []string            `json:"write"` // default of its rules
	Basis      []string            `json:"basis"` // default sources of its rules
	Gendered   []string            `json:"gendered"`
	Traditions map[string][]string `json:"traditions"`
	Sources    map[string]rawRef   `json:"sources"`
	Remove     []RuleID            `json:"remove"`
	Address    []rawRule           `json:"address"`
	Forms      []rawRule           `json:"forms"`
	Openings   []rawRule           `json:"openings"`
	Closings   []rawRule           `json:"closings"`
}

type rawRef struct {
	Title     string `json:"title" strictjson:"required"`
	Publisher string `json:"publisher" strictjson:"required"`
	URL       string `json:"url"`
}

// rawRule is a rule as files write it; which fields it may have depends on its section.
type rawRule struct {
	ID       RuleID           `json:"id" strictjson:"required"`
	Name     []string         `json:"name"`
	Write    []string         `json:"write"`
	Register culture.Register `json:"register"`
	Medium   []Medium         `json:"medium"`
	Term     []Term           `json:"term"`
	Audience []Audience       `json:"audience"`
	Titled   *bool            `json:"titled"`
	Ranked   *bool            `json:"ranked"`
	Forms    []string         `json:"forms"`
	Text     *string          `json:"text" strictjson:"required"`
	End      string           `json:"end"`
	Next     Case             `json:"next"`
	Part     Part             `json:"part"`
	Form     string           `json:"form"`
	Titles   string           `json:"titles"`
	Strip    string           `json:"strip"`
	Between  string           `json:"between"`
	Last     string           `json:"last"`
	Lower    bool             `json:"lower"`
	Ask      bool             `json:"ask"`
	Only     bool             `json:"only"`
	Why      string           `json:"why"`
	Facts    []culture.FactID `json:"facts"`
	Sources  []string         `json:"sources"`
}

// readAll takes the files of a pack that the pattern names, in their order.
func (b *book) readAll(pack string, files fs.FS, pattern string) {
	names, err := fs.Glob(files, pattern)
	if err != nil || len(names) == 0 || len(names) > maxFiles {
		b.faults = append(b.faults, &PackError{Pack: pack, File: pattern, Detail: fmt.Sprintf("%d files of rules, want 1 to %d", len(names), maxFiles), Err: err})
		return
	}
	slices.Sort(names)
	var read []*fileRules
	for _, name := range names {
		data, err := readFile(files, name)
		if err != nil {
			b.faults = append(b.faults, &PackError{Pack: pack, File: name, Detail: err.Error(), Err: err})
			continue
		}
		f := &fileRules{book: b, pack: pack, file: name}
		if err := strictjson.Decode(data, &f.raw, &strictjson.Limits{Bytes: maxFile}); err != nil {
			f.fault("", "%s", err.Error())
			continue
		}
		read = append(read, f)
	}
	traditions, sources := map[string][]string{}, map[string]rawRef{}
	for _, f := range read {
		f.share(traditions, sources)
	}
	var added [sections][]rule
	for _, f := range read {
		f.traditions, f.sources = traditions, sources
		f.compile(&added)
	}
	b.merge(&added)
}

func readFile(files fs.FS, name string) ([]byte, error) {
	file, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	return data, errors.Join(err, file.Close())
}

// fileRules compiles one file and collects its faults.
type fileRules struct {
	book       *book
	pack, file string
	raw        rawFile
	traditions map[string][]string
	sources    map[string]rawRef
}

func (f *fileRules) fault(path, format string, args ...any) {
	f.book.faults = append(f.book.faults, &PackError{Pack: f.pack, File: f.file, Path: path, Detail: fmt.Sprintf(format, args...)})
}

// share puts the file's traditions and sources where all files of the pack find them.
func (f *fileRules) share(traditions map[string][]string, sources map[string]rawRef) {
	for _, key := range sortedKeys(f.raw.Traditions) {
		if traditions[key] != nil {
			f.fault("traditions."+key, "occurs twice in the pack")
		}
		traditions[key] = f.raw.Traditions[key]
	}
	for _, key := range sortedKeys(f.raw.Sources) {
		if _, twice := sources[key]; twice {
			f.fault("sources."+key, "occurs twice in the pack")
		}
		sources[key] = f.raw.Sources[key]
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func (f *fileRules) compile(added *[sections][]rule) {
	if f.raw.Schema != rulesSchema {
		f.fault("schema", "want %q, have %.40q", rulesSchema, f.raw.Schema)
	}
	if _, err := time.Parse(time.DateOnly, f.raw.Reviewed); err != nil {
		f.fault("reviewed", "want a day such as 2026-11-22")
	}
	if f.raw.Status == 0 {
		f.fault("status", "want draft or reviewed")
	}
	for s, list := range [sections][]rawRule{f.raw.Address, f.raw.Forms, f.raw.Openings, f.raw.Closings} {
		for i := range list {
			c := compiler{fileRules: f, section: section(s), raw: &list[i], at: strictjson.Index(sectionNames[s], i)} //nolint:gosec // four sections
			added[s] = append(added[s], c.rule())
		}
	}
	for i, id := range f.raw.Remove {
		if !f.book.remove(id) {
			f.fault(strictjson.Index("remove", i), "no rule %.60s to remove", id)
		}
	}
	f.book.gendered = append(f.book.gendered, genderedOf(f)...)
}

func genderedOf(f *fileRules) []gendered {
	if len(f.raw.Gendered) == 0 {
		return nil
	}
	c := compiler{fileRules: f, raw: &rawRule{}, at: "write"}
	return []gendered{{write: c.locales("", f.raw.Write), words: f.raw.Gendered}}
}

// locales compiles tags; "@name" stands for a tradition of the pack.
func (c *compiler) locales(field string, tags []string) []locale {
	var out []locale
	for i, text := range tags {
		at := c.path(field)
		if field != "" {
			at = strictjson.Index(at, i)
		}
		if group, ok := strings.CutPrefix(text, "@"); ok {
			if c.traditions[group] == nil {
				c.fault(at, "no tradition %.40s", text)
			}
			for _, member := range c.traditions[group] {
				out = c.locale(out, at, member)
			}
			continue
		}
		out = c.locale(out, at, text)
	}
	return out
}

func (c *compiler) locale(out []locale, at, text string) []locale {
	tag, err := language.Parse(text)
	if err != nil || tag == language.Und || tag.String() != text {
		c.fault(at, "want a language tag such as is or zh-Hant, have %.40q", text)
		return out
	}
	base, script, region := tag.Raw()
	l := locale{base: base.String()}
	if s := script.String(); s != "Zzzz" {
		l.script = s
	}
	if r := region.String(); r != "ZZ" {
		l.region = r
	}
	return append(out, l)
}
