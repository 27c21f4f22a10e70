package culture

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// ErrPack is what every fault of a pack unwraps to.
var ErrPack = errors.New("culture: pack not valid")

// PackError is one fault of a pack. It unwraps to ErrPack.
type PackError struct {
	Pack   string // "builtin", or "pack 0", "pack 1", … of the options
	Path   string // where: "facts.json: facts[12].sources"; the file alone for the file itself
	Detail string
	Err    error // the cause, where there is one
}

// Error writes pack, path and detail.
func (e *PackError) Error() string {
	text := "culture: " + e.Pack
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

// The files of a pack, and their schemas.
const (
	factsFile       = "facts.json"
	factsSchema     = "etiquette-facts/1"
	overridesFile   = "overrides.json"
	overridesSchema = "culture-overrides/1"
	maxPack         = 1 << 20 // bytes of a file
)

//go:embed facts.json
var builtin string

// pack is what was read of one pack.
type pack struct {
	made      Date
	facts     []Fact
	sources   map[string]Source
	overrides []override
}

// rawPack is the form of the file of facts.
type rawPack struct {
	Schema     string               `json:"schema" strictjson:"required"`
	Generated  rawDate              `json:"generated"`
	Note       string               `json:"note"`
	Dimensions []Dimension          `json:"dimensions"`
	Sources    map[string]rawSource `json:"sources" strictjson:"required"`
	Facts      []rawFact            `json:"facts" strictjson:"required"`
}

type rawSource struct {
	URL       string `json:"url" strictjson:"required"`
	Publisher string `json:"publisher" strictjson:"required"`
	Tier      Tier   `json:"tier" strictjson:"required"`
	Origin    string `json:"origin" strictjson:"required"`
	Note      string `json:"note"`
}

type rawFact struct {
	ID            FactID     `json:"id" strictjson:"required"`
	Region        rawRegion  `json:"region" strictjson:"required"`
	Dimension     Dimension  `json:"dimension" strictjson:"required"`
	Kind          Kind       `json:"kind" strictjson:"required"`
	Scope         Scope      `json:"scope" strictjson:"required"`
	Locale        *rawLocale `json:"locale"`
	Value         string     `json:"value" strictjson:"required"`
	Text          string     `json:"text" strictjson:"required"`
	Sources       []string   `json:"sources" strictjson:"required"`
	Confidence    float64    `json:"confidence" strictjson:"required"`
	ConflictsWith FactID     `json:"conflicts_with"`
	AsOf          string     `json:"as_of"`
	Supersedes    FactID     `json:"supersedes"`
	SupersededBy  FactID     `json:"superseded_by"`
}

// rawRegion is a region written as ISO 3166-1 does, in two capital letters, that is
// still in use.
type rawRegion language.Region

func (r *rawRegion) UnmarshalText(text []byte) error {
	region, err := language.ParseRegion(string(text))
	if err != nil || region.String() != string(text) {
		return errors.New("want a region such as JP")
	}
	if now, ok := today(region, language.Und); !ok || now != region {
		return errors.New("want a region that is in use, such as JP")
	}
	*r = rawRegion(region)
	return nil
}

// rawLocale is a well-formed, canonical BCP 47 tag.
type rawLocale language.Tag

func (l *rawLocale) UnmarshalText(text []byte) error {
	tag, err := language.Parse(string(text))
	if err != nil || tag == language.Und || tag.String() != string(text) {
		return errors.New("want a language tag such as ja or zh-Hant")
	}
	*l = rawLocale(tag)
	return nil
}

// rawDate is an ISO day.
type rawDate Date

func (d *rawDate) UnmarshalText(text []byte) error {
	day, ok := parseDate(string(text))
	if !ok {
		return errors.New("want a day such as 2026-08-11")
	}
	*d = rawDate(day)
	return nil
}

// ReadPackFile reads one JSON file of a host's pack into a value, strictly: unknown,
// repeated and missing fields, files beyond 1 MiB and nesting beyond the limits are faults,
// and all are reported at once, each a *[PackError] under the name of the pack. The tags
// are those of encoding/json; `strictjson:"required"` marks what must be there. A file
// that does not exist is a fault that unwraps to [fs.ErrNotExist]. The parts of
// this wing read their own files (rules, phrases) with it.
func ReadPackFile(files fs.FS, pack, name string, into any) error {
	data, err := readFile(files, name)
	if err != nil {
		return &PackError{Pack: pack, Path: name, Detail: err.Error(), Err: err}
	}
	return decode(pack, name, data, into)
}

func readFile(files fs.FS, name string) ([]byte, error) {
	if files == nil {
		return nil, fs.ErrNotExist
	}
	file, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(file, maxPack+1))
	return data, errors.Join(err, file.Close())
}

// decode reads strictly and turns each fault into one of the pack.
func decode(pack, name string, data []byte, into any) error {
	err := strictjson.Decode(data, into, &strictjson.Limits{Bytes: maxPack})
	if err == nil {
		return nil
	}
	var faults []error
	for _, one := range split(err) {
		path := name
		var fault *strictjson.Fault
		if errors.As(one, &fault) && fault.Path != "" {
			path += ": " + fault.Path
			one = &strictjson.Fault{Detail: fault.Detail, Err: fault.Err}
		}
		faults = append(faults, &PackError{Pack: pack, Path: path, Detail: one.Error(), Err: one})
	}
	return errors.Join(faults...)
}

// split gives the errors that one error joins.
func split(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		if all := joined.Unwrap(); len(all) > 0 {
			return all
		}
	}
	return []error{err}
}

// readPack takes the facts and the overrides of a host's pack; one of the two files
// must be there. The overrides are of facts of the built-in pack.
func readPack(name string, files fs.FS, own pack) (pack, error) {
	var p pack
	data, err := readFile(files, factsFile)
	noFacts := errors.Is(err, fs.ErrNotExist)
	switch {
	case err == nil:
		p, err = parseFacts(name, data)
	case noFacts:
		err = nil
	default:
		err = &PackError{Pack: name, Path: factsFile, Detail: err.Error(), Err: err}
	}
	data, err2 := readFile(files, overridesFile)
	switch {
	case err2 == nil:
		p.overrides, err2 = parseOverrides(name, data, own)
	case !errors.Is(err2, fs.ErrNotExist):
		err2 = &PackError{Pack: name, Path: overridesFile, Detail: err2.Error(), Err: err2}
	case noFacts:
		err2 = &PackError{Pack: name, Detail: "has neither " + factsFile + " nor " + overridesFile, Err: err2}
	default:
		err2 = nil
	}
	return p, errors.Join(err, err2)
}

// parseFacts reads a document of facts and reports everything that is wrong with it.
func parseFacts(name string, data []byte) (pack, error) {
	var raw rawPack
	if err := decode(name, factsFile, data, &raw); err != nil {
		return pack{}, err
	}
	c := checker{pack: name, file: factsFile}
	if raw.Schema != factsSchema {
		c.add("schema", "want %q, have %.60q", factsSchema, raw.Schema)
	}
	if raw.Facts == nil {
		c.add("facts", "want a list, have null")
	}
	if raw.Sources == nil {
		c.add("sources", "want an object, have null")
	}
	p := pack{made: Date(raw.Generated), sources: make(map[string]Source, len(raw.Sources))}
	for key, s := range raw.Sources {
		p.sources[key] = Source{ID: key, URL: s.URL, Publisher: s.Publisher, Tier: s.Tier, Origin: s.Origin, Note: s.Note}
	}
	byID := make(map[FactID]*rawFact, len(raw.Facts))
	for i := range raw.Facts {
		f := &raw.Facts[i]
		if byID[f.ID] != nil {
			c.add(factPath(i, "id"), "%.60s occurs twice", f.ID)
		}
		byID[f.ID] = f
		p.facts = append(p.facts, f.fact())
	}
	c.sources(raw.Sources)
	for i := range raw.Facts {
		c.fact(i, &raw.Facts[i], raw.Sources)
		c.links(i, &raw.Facts[i], byID)
	}
	return p, errors.Join(c.all()...)
}

func (f *rawFact) fact() Fact {
	fact := Fact{
		ID: f.ID, Region: language.Region(f.Region), Dimension: f.Dimension, Kind: f.Kind, Scope: f.Scope,
		Value: f.Value, Text: f.Text, Sources: slices.Clone(f.Sources), Confidence: f.Confidence,
		ConflictsWith: f.ConflictsWith, AsOf: f.AsOf, Supersedes: f.Supersedes, SupersededBy: f.SupersededBy,
	}
	if f.Locale != nil {
		fact.Locale = language.Tag(*f.Locale)
	}
	return fact
}

// factPath is the place of a field of a fact.
func factPath(i int, field string) string { return fmt.Sprintf("facts[%d].%s", i, field) }
