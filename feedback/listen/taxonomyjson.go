package listen

import (
	"encoding/json"
	"fmt"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/internal/strictjson"
)

type themeDoc struct {
	ID     string     `json:"id" strictjson:"required"`
	Name   string     `json:"name,omitempty"`
	Parent string     `json:"parent,omitempty"`
	Terms  []wordsDoc `json:"terms,omitempty"`
}

type wordsDoc struct {
	Language string   `json:"language" strictjson:"required"`
	Any      []string `json:"any" strictjson:"required"`
	Near     []string `json:"near,omitempty"`
	Window   int      `json:"window,omitempty"`
	Exclude  []string `json:"exclude,omitempty"`
}

// ParseThemes reads the themes of a taxonomy from strict JSON, a list of
//
//	{"id": "late", "name": "Late delivery", "parent": "delivery",
//	 "terms": [{"language": "en", "any": ["delivery"], "near": ["late"], "window": 40, "exclude": []}]}
//
// Unknown and repeated fields are refused, every fault of the form at once with its path, under
// [ErrTaxonomy]. [NewTaxonomy] checks the rest.
func ParseThemes(data []byte) ([]Theme, error) {
	var docs []themeDoc
	if err := strictjson.Decode(data, &docs, nil); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTaxonomy, err)
	}
	var fs strictjson.Faults
	themes := make([]Theme, 0, len(docs))
	for i := range docs {
		d := &docs[i]
		t := Theme{ID: d.ID, Name: d.Name, Parent: d.Parent}
		for j, w := range d.Terms {
			tag, err := language.Parse(w.Language)
			if err != nil {
				fs.Add(fmt.Sprintf("[%d].terms[%d].language", i, j), strictjson.ErrValue, "%q is no language tag", clip(w.Language))
			}
			t.Terms = append(t.Terms, Words{tag, w.Any, w.Near, w.Window, w.Exclude})
		}
		themes = append(themes, t)
	}
	if err := fs.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTaxonomy, err)
	}
	return themes, nil
}

// MarshalThemes writes themes in the form that [ParseThemes] reads.
func MarshalThemes(themes []Theme) ([]byte, error) {
	docs := make([]themeDoc, 0, len(themes))
	for _, t := range themes {
		d := themeDoc{ID: t.ID, Name: t.Name, Parent: t.Parent}
		for _, w := range t.Terms {
			d.Terms = append(d.Terms, wordsDoc{w.Language.String(), w.Any, w.Near, w.Window, w.Exclude})
		}
		docs = append(docs, d)
	}
	return json.Marshal(docs)
}
