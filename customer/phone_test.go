package customer_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer"
)

// Example numbers of mobiles from the metadata of libphonenumber-js (made from Google's
// libphonenumber), national and international form.
func TestPhonePlansAgreeWithLibphonenumber(t *testing.T) {
	t.Parallel()
	rows := [][3]string{
		{"US", "(201) 555-0123", "+12015550123"},
		{"CA", "(506) 234-5678", "+15062345678"},
		{"AT", "0664 123456", "+43664123456"},
		{"AU", "0412 345 678", "+61412345678"},
		{"BE", "0450 00 12 34", "+32450001234"},
		{"BR", "(11) 96123-4567", "+5511961234567"},
		{"CH", "078 123 45 67", "+41781234567"},
		{"CN", "131 2345 6789", "+8613123456789"},
		{"CZ", "601 123 456", "+420601123456"},
		{"DE", "01512 3456789", "+4915123456789"},
		{"DK", "34 41 23 45", "+4534412345"},
		{"ES", "612 34 56 78", "+34612345678"},
		{"FI", "041 2345678", "+358412345678"},
		{"FR", "06 12 34 56 78", "+33612345678"},
		{"GB", "07400 123456", "+447400123456"},
		{"GR", "691 234 5678", "+306912345678"},
		{"HK", "5123 4567", "+85251234567"},
		{"ID", "0812-345-678", "+62812345678"},
		{"IE", "085 012 3456", "+353850123456"},
		{"IL", "050-234-5678", "+972502345678"},
		{"IN", "081234 56789", "+918123456789"},
		{"IT", "312 345 6789", "+393123456789"},
		{"JP", "090-1234-5678", "+819012345678"},
		{"KR", "010-2000-0000", "+821020000000"},
		{"LU", "628 123 456", "+352628123456"},
		{"MY", "012-345 6789", "+60123456789"},
		{"NL", "06 12345678", "+31612345678"},
		{"NO", "40 61 23 45", "+4740612345"},
		{"NZ", "021 123 4567", "+64211234567"},
		{"PH", "0905 123 4567", "+639051234567"},
		{"PL", "512 345 678", "+48512345678"},
		{"PT", "912 345 678", "+351912345678"},
		{"RO", "0712 034 567", "+40712034567"},
		{"SE", "070-123 45 67", "+46701234567"},
		{"SG", "8123 4567", "+6581234567"},
		{"SK", "0912 123 456", "+421912123456"},
		{"TH", "081 234 5678", "+66812345678"},
		{"TR", "0501 234 56 78", "+905012345678"},
		{"TW", "0912 345 678", "+886912345678"},
		{"UA", "050 123 4567", "+380501234567"},
		{"VN", "0912 345 678", "+84912345678"},
		{"ZA", "071 123 4567", "+27711234567"},
	}
	var regions []string
	for _, row := range rows {
		regions = append(regions, row[0])
		p, err := customer.ParsePhone(row[1], row[0], customer.PhonePlans{})
		require.NoError(t, err, row[0])
		require.Equal(t, row[2], p.Canonical, row[0])
		require.Equal(t, row[1], p.Typed)
		again, err := customer.ParsePhone(row[2], row[0], customer.PhonePlans{})
		require.NoError(t, err, row[0])
		require.Equal(t, p.Key, again.Key)
	}
	require.Equal(t, regions, customer.PhonePlans{}.Regions(), "every region has an example")
}

// A number that is dialled abroad is not one of the country; one that nobody can tell is
// refused.
func TestPhoneAccessPrefixes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ typed, region, want string }{
		{"0049 30 123456", "FR", "+4930123456"},
		{"0049 30 123456", "DE", "+4930123456"},
		{"00 49 (0)30 123456", "AT", "+4930123456"},
		{"0039 06 1234567", "IT", "+39061234567"},
		{"00352 628 123 456", "LU", "+352628123456"},
		{"0049 30 1234", "LU", "+49301234"},
		{"011 49 30 123456", "US", "+4930123456"},
		{"0011 49 30 123456", "AU", "+4930123456"},
		{"010-49-30-123456", "JP", "+4930123456"},
		{"001 49 30 123456", "HK", "+4930123456"},
		{"06 1234567", "IT", "+39061234567"},
		{"010-2000-0000", "KR", "+821020000000"},
		{"00 49 (0)39 06", "AT", ""},
		{"001 49 30 123456", "TH", ""},
		{"00 30 12345678", "BR", ""},
		{"0030123456", "SG", ""},
		{"00", "DE", ""},
		{"0" + strings.Repeat("0", 11), "DE", ""},
	} {
		p, err := customer.ParsePhone(row.typed, row.region, customer.PhonePlans{})
		require.Equal(t, row.want, p.Canonical, "%s in %s", row.typed, row.region)
		require.Equal(t, row.want == "", err != nil, "%s in %s", row.typed, row.region)
		if err != nil {
			require.ErrorIs(t, err, customer.ErrContact)
		}
	}
}

// everyPlan is a parser of the host that knows everything, and says what it was asked.
type everyPlan struct {
	parser
	knows bool
	asked *[]string
}

func (e everyPlan) KnowsEveryPlan() bool { return e.knows }

func (e everyPlan) E164(typed, region string) (string, error) {
	*e.asked = append(*e.asked, typed)
	return e.parser.E164(typed, region)
}

func TestFullPhoneParser(t *testing.T) {
	t.Parallel()
	var asked []string
	full := everyPlan{parser{says: "+4930123456"}, true, &asked}
	p, err := customer.ParsePhone("+49 030 123456", "", full)
	require.NoError(t, err)
	require.Equal(t, "+4930123456", p.Canonical, "the trunk prefix is mended")
	require.Equal(t, "+49 030 123456", p.Typed)
	full.err = customer.ErrContact
	_, err = customer.ParsePhone("+49 1", "", full)
	require.ErrorIs(t, err, customer.ErrContact)
	_, err = customer.ParsePhone("+4930123456", "", full)
	require.ErrorIs(t, err, customer.ErrContact, "what the parser refuses is refused")
	require.Len(t, asked, 3)
	full.knows = false
	_, err = customer.ParsePhone("+4930123456", "", full)
	require.NoError(t, err)
	for _, long := range []string{strings.Repeat("1", 1<<20), "\xff030"} {
		_, err = customer.ParsePhone(long, "DE", everyPlan{full.parser, true, &asked})
		require.ErrorIs(t, err, customer.ErrContact)
	}
	require.Len(t, asked, 3, "and is asked nothing that is no number")
}
