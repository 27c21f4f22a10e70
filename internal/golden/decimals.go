package golden

import (
	"fmt"
	"os"

	"github.com/shopspring/decimal"
)

// The host owns decimal's package variables and may set them to anything. A test
// binary that imports this package and runs with RAPPORT_DECIMAL=NAME (or "all")
// runs with that variable changed, so that the whole suite shows that no result
// depends on it.
var _ = changeDecimals(os.Getenv("RAPPORT_DECIMAL"))

// changeDecimals sets the named variable, or all, to a value that a sane host might
// not choose.
func changeDecimals(name string) bool {
	change := []struct {
		name string
		set  func()
	}{
		{"DivisionPrecision", func() { decimal.DivisionPrecision = 1 }},
		{"PowPrecisionNegativeExponent", func() { decimal.PowPrecisionNegativeExponent = 1 }},
		{"TrimTrailingZeros", func() { decimal.TrimTrailingZeros = false }},
		{"UseScientificNotation", func() { decimal.UseScientificNotation = true }},
		{"MarshalJSONWithoutQuotes", func() { decimal.MarshalJSONWithoutQuotes = true }},
		{"ExpMaxIterations", func() { decimal.ExpMaxIterations = 1 }},
		{"MaxDecodeExponent", func() { decimal.MaxDecodeExponent = 20 }},
	}
	known := name == ""
	for _, c := range change {
		if name == c.name || name == "all" {
			c.set()
			known = true
		}
	}
	if !known {
		panic(fmt.Sprintf("RAPPORT_DECIMAL=%s names no variable of decimal", name))
	}
	return known
}
