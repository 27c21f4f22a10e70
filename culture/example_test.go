package culture_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing/fstest"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
)

func Example() {
	guides := culture.Default()
	customer := culture.Context{Lang: language.Japanese, Region: language.MustParseRegion("JP")}
	fmt.Println(guides.Best(customer, culture.Punctuality))
	fmt.Println(guides.Best(customer, culture.Directness))

	customer.Stated = []culture.Preference{{Dimension: culture.Directness, Value: "direct", Text: "tell me plainly"}}
	fmt.Println(guides.Best(customer, culture.Directness))

	nowhere := culture.Context{Lang: language.Japanese}
	fmt.Println(guides.Best(nowhere, culture.Punctuality))
	// Output:
	// guides report for JP: Be on time; arriving a little early is the safe choice.
	// guides report for JP: A straight yes or no is usually avoided and directness is mistrusted. (ask)
	// the person asks: tell me plainly
	// nothing on record: ask how the person prefers it
}

// The same refusal in three cultures, and for a person who said how they want it.
func ExampleResolver_Plan() {
	guides := culture.Default()
	show := func(who string, c culture.Context) {
		plan, err := guides.Plan(c, culture.Refusal)
		if err != nil {
			fmt.Println(err)
			return
		}
		var acts []string
		for _, act := range plan.Acts() {
			acts = append(acts, act.String())
		}
		fmt.Println(who+":", strings.Join(acts, ", "))
	}
	mexico := culture.Context{Lang: language.MustParse("es-MX"), Region: language.MustParseRegion("MX")}
	show("Mexico", mexico)
	show("Netherlands", culture.Context{Lang: language.Dutch, Region: language.MustParseRegion("NL")})
	show("Liechtenstein", culture.Context{Lang: language.German, Region: language.MustParseRegion("LI")})
	mexico.Stated = []culture.Preference{{Dimension: culture.Directness, Value: "direct", Text: "say no when it is a no"}}
	show("Mexico, by own wish", mexico)
	// Output:
	// Mexico: greet, thank, acknowledge, explain, offer, decline, confirm, close
	// Netherlands: greet, decline, acknowledge, explain, offer, close
	// Liechtenstein: greet, thank, acknowledge, explain, decline, offer, close
	// Mexico, by own wish: greet, decline, acknowledge, explain, offer, close
}

func ExampleAnswer_Explain() {
	guides := culture.Default()
	fmt.Print(guides.Punctuality(culture.Context{Region: language.MustParseRegion("JP"), On: culture.Date{Year: 2035, Month: 1, Day: 1}}).Explain())
	// Output:
	// guides report for JP: strict_time (ask)
	//   basis: reported, confidence 0.54, ask the person
	//   rating: tier C, 2 origins: 0.60, 8 years -0.06
	//   fact: jp.punctuality.1
	//   source: Career Mosaic India, Career Abroad: Japan (tier C) http://www.careermosaicindia.com/JS/CRC/ca/CA4.htm
	//   source: Asia Now (Columbus travel-guide text) (tier C) http://www.asia-now.net/jp/posts/showPost/11044
	//   looked at: individual: nothing
	//   looked at: observed: nothing
	//   looked at: language-region JP: nothing
	//   looked at: region JP: found
}

func ExampleTerritory_Weekend() {
	emirates, _ := culture.TerritoryOf(language.MustParseRegion("AE"))
	fmt.Println(emirates.Weekend(culture.Date{Year: 2021, Month: 12, Day: 31}))
	fmt.Println(emirates.Weekend(culture.Date{Year: 2022, Month: 1, Day: 1}))
	// Output:
	// Fri, Sat
	// Sat, Sun
}

func ExampleConventionsOf() {
	c, _ := culture.ConventionsOf(language.MustParse("en-US-u-hc-h23-fw-mon"), language.Region{}, culture.Date{})
	fmt.Println(c.FirstDay, c.HourCycle, c.Currency, c.Paper, c.Overrides)
	// Output: Monday h23 USD US-Letter [fw hc]
}

func ExampleDayPartAt() {
	for _, tag := range []language.Tag{language.Spanish, language.Japanese, language.German} {
		part, _ := culture.DayPartAt(tag, culture.Clock(16, 30))
		fmt.Println(tag, part)
	}
	// Output:
	// es evening
	// ja evening
	// de afternoon
}

// A host's pack answers before the built-in facts, and an override says why.
func ExampleNew() {
	pack := fstest.MapFS{"overrides.json": {Data: []byte(`{"schema": "culture-overrides/1", "overrides": [
		{"fact": "jp.directness.1", "action": "set", "value": "tactful", "text": "Our customers want it plain and kind.",
		 "confidence": 0.9, "reason": "survey of 412 customers", "by": "desk JP", "date": "2026-10-01"}]}`)}}
	guides, err := culture.New(&culture.Options{Packs: []fs.FS{pack}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(guides.Best(culture.Context{Region: language.MustParseRegion("JP")}, culture.Directness))
	// Output: our own guidance for JP: Our customers want it plain and kind.
}
