package loyalty_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/loyalty"
)

// The laws that are shipped make a valid programme, and every one has its source.
func TestKnownJurisdictions(t *testing.T) {
	t.Parallel()
	laws := loyalty.KnownJurisdictions()
	require.Len(t, laws, 2)
	for _, law := range laws {
		require.NotEmpty(t, law.Source, law.ID)
	}
	_, err := loyalty.NewProgram(loyalty.Spec{ID: "shop", Version: 1, Jurisdictions: laws})
	require.NoError(t, err)
	laws[0].ID = "changed"
	require.Equal(t, "CA-ON", loyalty.KnownJurisdictions()[0].ID, "a host's changes are its own")
}

// Hard case 29: in Québec a year of inactivity ends points after a notice 45 days
// before, and not after one 20 days before; in Ontario no notice is needed.
func ExampleKnownJurisdictions() {
	since := loyalty.Date{Year: 2023, Month: 1, Day: 10}
	end := loyalty.Date{Year: 2024, Month: 1, Day: 10}
	for _, law := range loyalty.KnownJurisdictions() {
		fmt.Println(law.ID,
			law.MayKill(since, end, loyalty.Date{Year: 2023, Month: 11, Day: 26}),
			law.MayKill(since, end, loyalty.Date{Year: 2023, Month: 12, Day: 21}))
	}
	// Output:
	// CA-ON true true
	// CA-QC true false
}
