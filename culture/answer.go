package culture

import (
	"encoding/json"
	"fmt"
	"strings"

	"golang.org/x/text/language"
)

// Answer is a value with the reasons for it.
type Answer[T any] struct {
	Value      T          `json:"value,omitzero"`
	Basis      Basis      `json:"basis"`
	Confidence float64    `json:"confidence"`          // 0 to 1; 0 where nothing is known
	Rating     Rating     `json:"rating,omitzero"`     // how the confidence of a fact came about; zero for what a person said
	Ask        bool       `json:"ask"`                 // ask the person rather than act on the value
	Sources    []Source   `json:"sources,omitempty"`   // where the value comes from; none for what a person said
	Facts      []FactID   `json:"facts,omitempty"`     // the facts behind it; none for what a person said
	Conflicts  []FactID   `json:"conflicts,omitempty"` // facts that disagree with it
	Path       []PathStep `json:"path"`                // every step of the search, in order; the last one decided
}

// String is the answer as one line for people: "guides report for JP: …".
func (a Answer[T]) String() string {
	text := a.Basis.says()
	if place := a.place(); place != "" && a.Basis != Individual && a.Basis != Observed {
		text += " for " + place
	}
	text += fmt.Sprintf(": %v", a.Value)
	if a.Ask && a.Basis != Fallback {
		text += " (ask)"
	}
	return text
}

// place is what the value is told of: its own place, or, where it holds none, such as
// a register, what the last step of the search looked for.
func (a Answer[T]) place() string {
	if p, ok := any(a.Value).(interface{ Place() string }); ok {
		return p.Place()
	}
	if len(a.Path) == 0 {
		return ""
	}
	return a.Path[len(a.Path)-1].Key
}

// Explain is the answer as several lines for people: what, how sure, from where,
// against what, and how it was found.
func (a Answer[T]) Explain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  basis: %s, confidence %.2f", a, a.Basis, a.Confidence)
	if a.Ask {
		b.WriteString(", ask the person")
	}
	b.WriteByte('\n')
	if a.Rating != (Rating{}) {
		fmt.Fprintf(&b, "  rating: %s\n", a.Rating)
	}
	for _, id := range a.Facts {
		fmt.Fprintf(&b, "  fact: %s\n", id)
	}
	for _, s := range a.Sources {
		fmt.Fprintf(&b, "  source: %s (tier %s) %s\n", s.Publisher, s.Tier, s.URL)
	}
	for _, id := range a.Conflicts {
		fmt.Fprintf(&b, "  disputed by: %s\n", id)
	}
	for _, s := range a.Path {
		fmt.Fprintf(&b, "  looked at: %s\n", s)
	}
	return b.String()
}

// Basis is what an answer rests on. The zero value is none.
type Basis uint8

// The bases of an answer, from the strongest to none at all.
const (
	Individual Basis = iota + 1 // the person said so
	Observed                    // seen in this relationship
	Host                        // the host's own guidance
	Statute                     // a rule of law, as a secondary text reports it
	Standard                    // data of a standard
	Reported                    // what guides report about a region
	Fallback                    // nothing is known; a neutral value
	Practice                    // what the literature on service advises; steps of a [Plan] only
)

// String is "individual", "observed", "host", "statute", "standard", "reported",
// "fallback" or "practice"; "none" for the zero value.
func (b Basis) String() string {
	return nameOf(b, "basis", "individual", "observed", "host", "statute", "standard", "reported", "fallback", "practice")
}

// MarshalText writes the name; a value that is no basis is ErrName.
func (b Basis) MarshalText() ([]byte, error) { return named(b, Individual, Practice) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (b *Basis) UnmarshalText(text []byte) error { return find(b, text, Individual, Practice) }

// says is how an answer on this basis begins.
func (b Basis) says() string {
	switch b {
	case Individual:
		return "the person asks"
	case Observed:
		return "seen with this person"
	case Host:
		return "our own guidance"
	case Statute:
		return "a rule is reported, to be verified,"
	case Standard:
		return "the standard's data say"
	case Reported:
		return "guides report"
	case Practice:
		return "the literature on service advises"
	default:
		return "nothing on record"
	}
}

// Layer is a step of the search for an answer. The zero value is none.
type Layer uint8

// The layers, in the order in which they are looked at.
const (
	IndividualLayer     Layer = iota + 1 // what the person stated
	ObservedLayer                        // what was observed with the person
	HostLayer                            // packs of the host
	LanguageRegionLayer                  // facts for the language in the region
	RegionLayer                          // facts for the region
	ParentLayer                          // facts for the language or a parent of it, same base language
	NeutralLayer                         // the neutral value
)

// String is the name, such as "language-region"; "none" for the zero value.
func (l Layer) String() string {
	return nameOf(l, "layer", "individual", "observed", "host", "language-region", "region", "parent", "neutral")
}

// MarshalText writes the name; a value that is no layer is ErrName.
func (l Layer) MarshalText() ([]byte, error) { return named(l, IndividualLayer, NeutralLayer) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (l *Layer) UnmarshalText(text []byte) error { return find(l, text, IndividualLayer, NeutralLayer) }

// PathStep is one layer that was looked at.
type PathStep struct {
	Layer Layer  `json:"layer"`
	Key   string `json:"key,omitempty"` // what was looked for there, such as "de-DE" or "JP"; may be empty
	Found bool   `json:"found"`
}

// String is the step as text: "region JP: found", "host: nothing".
func (s PathStep) String() string {
	text := s.Layer.String()
	if s.Key != "" {
		text += " " + s.Key
	}
	if s.Found {
		return text + ": found"
	}
	return text + ": nothing"
}

// Guidance is advice on one dimension.
type Guidance struct {
	Dimension Dimension       `json:"dimension,omitzero"`
	Value     string          `json:"value,omitempty"` // a short key, stable for programs; empty where nothing is known
	Text      string          `json:"text,omitempty"`  // for people
	Fact      FactID          `json:"fact,omitempty"`  // the fact behind it; empty for what a person said and for tables of CLDR
	Region    language.Region `json:"region,omitzero"` // of the fact; zero where there is none
	Locale    language.Tag    `json:"locale,omitzero"` // of the fact; Und where there is none
	Scope     Scope           `json:"scope,omitzero"`  // of the fact; zero where there is none
	AsOf      string          `json:"as_of,omitempty"` // when the fact was true, as its source states it; may be empty
}

// String is the text, or the key where there is no text.
func (g Guidance) String() string {
	if g.Text == "" {
		return g.Value
	}
	return g.Text
}

// Place is the region of the fact, such as "JP", or its language where it belongs to
// one; empty where there is neither.
func (g Guidance) Place() string {
	switch {
	case g.Locale != language.Und:
		return g.Locale.String()
	default:
		return regionText(g.Region)
	}
}

// guidanceText is Guidance with the region as text.
type (
	plainGuidance Guidance
	guidanceText  struct {
		plainGuidance
		Region regionName `json:"region,omitzero"`
	}
)

// MarshalJSON writes the region by its code.
func (g Guidance) MarshalJSON() ([]byte, error) {
	return json.Marshal(guidanceText{plainGuidance(g), regionName(g.Region)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (g *Guidance) UnmarshalJSON(data []byte) error {
	var text guidanceText
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	*g = Guidance(text.plainGuidance)
	g.Region = language.Region(text.Region)
	return nil
}
