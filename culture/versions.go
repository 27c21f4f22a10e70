package culture

import "github.com/rapport-go/rapport/culture/internal/tables"

// Versions are the versions of the data in this package.
type Versions struct {
	CLDR   string `json:"cldr"`   // of Unicode CLDR, such as "48.2.0"
	TZData string `json:"tzdata"` // of zone.tab, such as "2026f"
	Facts  Date   `json:"facts"`  // the day on which the built-in facts were compiled; confidence ages from it
}

// DataVersions returns the versions of the data in this package, for logs and bug
// reports of a host.
func DataVersions() Versions {
	p, err := builtinPack()
	if err != nil {
		panic(err) // the data is part of the program; a test reads it
	}
	return Versions{CLDR: tables.CLDRVersion, TZData: tables.ZoneVersion, Facts: p.made}
}
