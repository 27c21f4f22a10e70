package phrase

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/internal/visible"
)

// Status says how far a phrase has been checked by people.
type Status uint8

// The states.
const (
	Draft    Status = iota + 1 // written, not reviewed by a native speaker
	Reviewed                   // reviewed; a Review says by whom and when
)

// String is "draft" or "reviewed"; "none" for the zero value.
func (s Status) String() string { return nameOf(s, "none", "draft", "reviewed") }

// MarshalText writes the name; a value that is no status is ErrName.
func (s Status) MarshalText() ([]byte, error) { return named(s, Draft, Reviewed) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (s *Status) UnmarshalText(text []byte) error { return find(s, text, Draft, Reviewed) }

// Review says who checked a phrase and when. It is the host's word: nothing that is
// built in has one.
type Review struct {
	By string // name, role or case number, as the host keeps it
	On string // the day, ISO 8601: 2026-11-22
}

// ID names a phrase: locale, scenario, register and medium, as in
// "de/apologise/formal/letter". A pack that has a phrase of the same ID replaces it.
type ID string

// rawReviews is the form of reviews.json.
type rawReviews struct {
	Schema  string     `json:"schema" strictjson:"required"`
	Reviews []rawVouch `json:"reviews" strictjson:"required"`
}

// rawVouch is a host's word on one phrase as it stood when it was read.
type rawVouch struct {
	ID     ID     `json:"id" strictjson:"required"`
	Digest string `json:"digest" strictjson:"required"`
	By     string `json:"by" strictjson:"required"`
	On     string `json:"on" strictjson:"required"`
}

// reviews reads reviews.json.
func (f *faults) reviews(file string, data []byte) []rawVouch {
	var raw rawReviews
	if !f.decode(file, data, &raw) {
		return nil
	}
	if raw.Schema != reviewsSchema {
		f.add(file+": schema", "want %q, have %.40q", reviewsSchema, raw.Schema)
	}
	for i, v := range raw.Reviews {
		at := fmt.Sprintf("%s: reviews[%d]", file, i)
		f.reviewer(at, v.By, v.On)
		if len(v.Digest) != digestSize {
			f.add(at+".digest", "want %d characters, as Entry.Digest gives them", digestSize)
		}
		if slices.ContainsFunc(raw.Reviews[:i], func(o rawVouch) bool { return o.ID == v.ID }) {
			f.add(at+".id", "%.100s occurs twice", v.ID)
		}
	}
	return raw.Reviews
}

// review reads the review of a whole file.
func (f *faults) review(file string, status Status, raw *rawReview) Review {
	if (status == Reviewed) != (raw != nil) {
		f.add(file+": review", "goes with the status reviewed, and only with it")
	}
	if raw == nil {
		return Review{}
	}
	f.reviewer(file+": review", raw.By, raw.On)
	return Review{raw.By, raw.On}
}

func (f *faults) reviewer(at, by, on string) {
	if !visible.Any(by) || len(by) > 200 {
		f.add(at+".by", "want who reviewed, in at most 200 bytes")
	}
	if _, err := time.Parse(time.DateOnly, on); err != nil {
		f.add(at+".on", "want a day such as 2026-11-22")
	}
}

// digestSize is the length of a digest in characters: 64 bits are enough to notice a
// change; nobody is kept from making one.
const digestSize = 16

// digest pins the wording of a phrase, so that a review holds for what was read: all
// variants with their conditions and the terms they use.
func digest(id ID, variants []rawVariant, terms []string) string {
	words := []string{string(id)}
	for _, v := range variants {
		words = append(words, v.Speaker.String()+v.Addressee.String()+v.Readers.String(), v.Text)
		for a := culture.Greet; a <= culture.Close; a++ {
			words = append(words, v.Acts[a])
		}
	}
	return hashed(append(words, terms...))
}

// hashed is the digest of a row of texts; where one ends counts.
func hashed(texts []string) string {
	h := sha256.New()
	for _, s := range texts {
		fmt.Fprintf(h, "%d:%s,", len(s), s)
	}
	return hex.EncodeToString(h.Sum(nil))[:digestSize]
}

// wordsOf are the terms that the variants use, with all their forms.
func wordsOf(variants []variant, loc *locale) []string {
	var names, out []string
	for i := range variants {
		for _, s := range variants[i].segments {
			names = append(names, s.text.Terms()...)
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if t := loc.terms[name]; t != nil {
			out = append(out, strings.Join([]string{name, t.feminine, t.masculine, t.many, t.unknown}, "|"))
		}
	}
	return out
}

// Order is the order of the speech acts of a scenario in a locale.
type Order struct {
	Acts  []culture.Act
	Basis []culture.FactID // facts of package culture that it rests on; empty where none is on record
	Why   string           // one sentence for people
}
