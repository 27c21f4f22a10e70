package phone_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/crm/internal/phone"
)

func TestE164(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name, typed, region, want string
		err                       error
	}{
		{"national with trunk prefix", "030 901820", "DE", "+4930901820", nil},
		{"international keeps its country", "+81 3-3213-1111", "DE", "+81332131111", nil},
		{"Italian zero stays", "06 6982", "IT", "+39066982", nil},
		{"letters on keys", "1-800-FLOWERS", "US", "+18003569377", nil},
		{"a range nobody has", "+1 555 555 0199 99", "US", "", phone.ErrNumber},
		{"no region", "030 901820", "", "", phone.ErrNumber},
		{"unknown region", "030 901820", "ZZ", "", phone.ErrNumber},
		{"extension", "030 901820 ext. 12", "DE", "", phone.ErrNumber},
		{"words", "call me", "DE", "", phone.ErrNumber},
		{"nothing", "", "DE", "", phone.ErrNumber},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got, err := phone.Parser{}.E164(row.typed, row.region)
			require.Equal(t, row.want, got)
			require.ErrorIs(t, err, row.err)
			if err != nil && row.typed != "" {
				require.NotContains(t, err.Error(), row.typed)
			}
		})
	}
}

// The built-in plans and these give the same number for the example number of every
// country that the built-in ones know.
func TestAgreesWithTheBuiltInPlans(t *testing.T) {
	t.Parallel()
	regions := customer.PhonePlans{}.Regions()
	require.Greater(t, len(regions), 30)
	compared := 0
	for _, region := range regions {
		national, ok := phone.Example(region)
		require.True(t, ok, region)
		full, err := customer.ParsePhone(national, region, phone.Parser{})
		require.NoError(t, err, region)
		light, err := customer.ParsePhone(national, region, customer.PhonePlans{})
		require.NoError(t, err, region)
		require.Equal(t, full.Canonical, light.Canonical, region)
		require.Equal(t, full.Key, light.Key, region)
		compared++
	}
	t.Logf("%d countries", compared)
}

// What the light plans cannot know: that nobody has the number.
func TestKnowsWhatTheLightPlansDoNot(t *testing.T) {
	t.Parallel()
	const unassigned = "012 345678" // no German area code begins with 1 2
	_, err := customer.ParsePhone(unassigned, "DE", customer.PhonePlans{})
	require.NoError(t, err)
	_, err = customer.ParsePhone(unassigned, "DE", phone.Parser{})
	require.ErrorIs(t, err, customer.ErrContact)
}

func TestPretty(t *testing.T) {
	t.Parallel()
	require.Equal(t, "+49 30 901820", phone.Pretty("+4930901820"))
	require.Equal(t, "nonsense", phone.Pretty("nonsense"))
}
