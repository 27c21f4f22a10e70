package culture_test

import (
	"fmt"

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
