package routing

import (
	"fmt"
	"strings"

	"golang.org/x/text/language"
)

// CEFR is a level of the Common European Framework of Reference for Languages. The
// zero value asks for none.
type CEFR uint8

// The six levels.
const (
	A1 CEFR = iota + 1
	A2
	B1
	B2
	C1
	C2
)

var cefrNames = [...]string{"A1", "A2", "B1", "B2", "C1", "C2"}

// String is the level's name; "any" for the zero value.
func (c CEFR) String() string {
	switch {
	case c == 0:
		return "any"
	case c <= C2:
		return cefrNames[c-1]
	}
	return fmt.Sprintf("CEFR(%d)", uint8(c))
}

// MarshalText writes the name; an unset level is an error.
func (c CEFR) MarshalText() ([]byte, error) {
	if c < A1 || c > C2 {
		return nil, fmt.Errorf("%w: CEFR level %d is not one of A1 to C2", ErrInput, uint8(c))
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads A1 to C2.
func (c *CEFR) UnmarshalText(text []byte) error {
	for i, name := range cefrNames {
		if name == string(text) {
			*c = CEFR(i + 1)
			return nil
		}
	}
	return fmt.Errorf("%w: CEFR level %q is not one of %s", ErrInput, text[:min(len(text), 20)], strings.Join(cefrNames[:], ", "))
}

// Fluency is a language that an agent speaks or writes, and how well.
type Fluency struct {
	Tag   language.Tag `json:"tag"`
	Level CEFR         `json:"level"`
}

// Closeness says how near two language tags are. The zero value is Foreign.
type Closeness uint8

// How near.
const (
	Foreign Closeness = iota // another base language or script, or a tag that names no language
	Related                  // the same language in the same script, of another region
	Same                     // the same language, script and region, stated or likely
)

var closenessNames = [...]string{"foreign", "related", "same"}

// String is the name.
func (c Closeness) String() string {
	if c <= Same {
		return closenessNames[c]
	}
	return fmt.Sprintf("closeness(%d)", uint8(c))
}

// MarshalText writes the name.
func (c Closeness) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads a name.
func (c *Closeness) UnmarshalText(text []byte) error {
	for i, name := range closenessNames {
		if name == string(text) {
			*c = Closeness(i)
			return nil
		}
	}
	return fmt.Errorf("%w: closeness %q is not one of %s", ErrInput, text[:min(len(text), 20)], strings.Join(closenessNames[:], ", "))
}

// MatchLanguage says how near the language that is offered is to the one that is
// wanted. Deprecated and overlong codes are brought to their usual form first (iw is
// he, cmn is zh, nb is no). "und", "mul" and private tags match nothing.
func MatchLanguage(want, have language.Tag) Closeness { return tongueOf(want).near(tongueOf(have)) }

// tongue is what matters of a tag.
type tongue struct {
	base   language.Base
	script language.Script
	region language.Region
	ok     bool
}

func tongueOf(tag language.Tag) tongue {
	if canonical, err := language.All.Canonicalize(tag); err == nil {
		tag = canonical
	}
	base, _, _ := tag.Raw()
	switch base.String() {
	case "und", "mul", "mis", "zxx":
		return tongue{}
	}
	script, _ := tag.Script()
	region, _ := tag.Region()
	return tongue{base, script, region, true}
}

func (t tongue) near(u tongue) Closeness {
	switch {
	case !t.ok || !u.ok || t.base != u.base || t.script != u.script:
		return Foreign
	case t.region != u.region:
		return Related
	}
	return Same
}
