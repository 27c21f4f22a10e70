package culture

import (
	"encoding/json"
	"fmt"

	"golang.org/x/text/language"
)

// regionName is a region as JSON has it: [language.Region] has no text of its own.
type regionName language.Region

func (r regionName) MarshalText() ([]byte, error) { return []byte(regionText(language.Region(r))), nil }

func (r *regionName) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*r = regionName{}
		return nil
	}
	region, err := language.ParseRegion(string(text))
	if err != nil {
		return fmt.Errorf("%w: region %.40q", ErrName, text)
	}
	*r = regionName(region)
	return nil
}

// The same fields as Guidance and Conventions, with the region as text.
type (
	plainGuidance    Guidance
	plainConventions Conventions
	guidanceText     struct {
		plainGuidance
		Region regionName `json:"region,omitzero"`
	}
	conventionsText struct {
		plainConventions
		Region regionName `json:"region"`
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

// MarshalJSON writes the region by its code.
func (c Conventions) MarshalJSON() ([]byte, error) {
	return json.Marshal(conventionsText{plainConventions(c), regionName(c.Region)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Conventions) UnmarshalJSON(data []byte) error {
	var text conventionsText
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	*c = Conventions(text.plainConventions)
	c.Region = language.Region(text.Region)
	return nil
}
