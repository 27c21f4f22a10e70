package customer_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer"
)

// Addresses as the operators print their own or as their sheets have them.
func TestEnvelope(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name string
		p    customer.PostalAddress
		o    *customer.EnvelopeOptions
		want string
	}{
		{"Germany, abroad", customer.PostalAddress{Street: "Heidestr. 17", PostalCode: "51147", Locality: "Köln", Area: "Nordrhein-Westfalen", Country: "DE"}, nil, "R|Heidestr. 17|51147 Köln|GERMANY"},
		{"Germany, within", customer.PostalAddress{Street: "Heidestr. 17", PostalCode: "51147", Locality: "Köln", Country: "DE"}, &customer.EnvelopeOptions{From: "DE"}, "R|Heidestr. 17|51147 Köln"},
		{"a district where the country has no place for one", customer.PostalAddress{Street: "Dorfstr. 1", District: "Ortsteil Au", PostalCode: "83546", Locality: "Au", Country: "DE"}, nil, "R|Dorfstr. 1|Ortsteil Au|83546 Au|GERMANY"},
		{"United Kingdom", customer.PostalAddress{Street: "49 Featherstone Street", Locality: "London", PostalCode: "EC1Y 8SY", Country: "GB"}, nil, "R|49 Featherstone Street|London|EC1Y 8SY|UNITED KINGDOM"},
		{"United States", customer.PostalAddress{Street: "1600 Pennsylvania Ave NW", Locality: "Washington", Area: "DC", PostalCode: "20500", Country: "US"}, nil, "R|1600 Pennsylvania Ave NW|Washington, DC 20500|UNITED STATES"},
		{"without a state", customer.PostalAddress{Locality: "Washington", PostalCode: "20500", Country: "US"}, nil, "R|Washington 20500|UNITED STATES"},
		{"without a city", customer.PostalAddress{Area: "DC", PostalCode: "20500", Country: "US"}, nil, "R|DC 20500|UNITED STATES"},
		{"France, with a sorting code", customer.PostalAddress{Street: "25 rue de l'Église", PostalCode: "33380", Locality: "Mios", SortingCode: "CEDEX 07", Country: "FR"}, nil, "R|25 rue de l'Église|33380 Mios CEDEX 07|FRANCE"},
		{"Hungary, the town first", customer.PostalAddress{Street: "Honvéd utca 13-15.", Locality: "Budapest", PostalCode: "1055", Country: "HU"}, nil, "R|Budapest|Honvéd utca 13-15.|1055|HUNGARY"},
		{"Japan, in its own script", customer.PostalAddress{Street: "神宮前1-2-3", Locality: "渋谷区", Area: "東京都", PostalCode: "150-0001", Country: "JP"}, &customer.EnvelopeOptions{From: "JP"}, "〒150-0001|東京都渋谷区|神宮前1-2-3|R"},
		{"Japan, without a code", customer.PostalAddress{Street: "神宮前1-2-3", Locality: "渋谷区", Area: "東京都", Country: "JP"}, &customer.EnvelopeOptions{From: "JP"}, "東京都渋谷区|神宮前1-2-3|R"},
		{"Japan, in Latin letters", customer.PostalAddress{Street: "1-2-3 Jingumae", Locality: "Shibuya-ku", Area: "Tokyo", PostalCode: "150-0001", Country: "JP"}, nil, "R|1-2-3 Jingumae|Shibuya-ku|Tokyo 150-0001|JAPAN"},
		{"South Korea", customer.PostalAddress{Street: "세종대로 209", District: "종로구", Locality: "서울특별시", PostalCode: "03171", Country: "KR"}, nil, "03171|서울특별시 종로구|세종대로 209|R|SOUTH KOREA"},
		{"Brazil", customer.PostalAddress{Street: "Rua Augusta 1", District: "Consolação", Locality: "São Paulo", Area: "SP", PostalCode: "01304-000", Country: "BR"}, nil, "R|Rua Augusta 1|Consolação|São Paulo-SP|01304-000|BRAZIL"},
		{"Türkiye", customer.PostalAddress{Street: "Atatürk Cad. 1", PostalCode: "06100", Locality: "Çankaya", Area: "Ankara", Country: "TR"}, nil, "R|Atatürk Cad. 1|06100 Çankaya/Ankara|TÜRKIYE"},
		{"lines as the source gave them", customer.PostalAddress{Lines: []string{"1 High Street", "Oxford OX1 1AA"}, Locality: "Oxford", Country: "GB"}, nil, "R|1 High Street|Oxford OX1 1AA|UNITED KINGDOM"},
		{"a name in another language", customer.PostalAddress{Locality: "Köln", Country: "DE"}, &customer.EnvelopeOptions{CountryName: func(string) string { return "Allemagne" }}, "R|Köln|ALLEMAGNE"},
		{"no country", customer.PostalAddress{Street: "a", District: "b", Locality: "c", Area: "d", PostalCode: "e", SortingCode: "f"}, nil, "R|a|b|c|d|e|f"},
		{"a country that the table does not have", customer.PostalAddress{Street: "a", Locality: "c", Country: "TV"}, nil, "R|a|c|TV"},
		{"nothing", customer.PostalAddress{Country: "DE"}, nil, ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			o := customer.EnvelopeOptions{}
			if row.o != nil {
				o = *row.o
			}
			o.Recipient = []string{"R"}
			lines, known := row.p.Envelope(&o)
			require.Equal(t, row.want, strings.Join(lines, "|"))
			require.Equal(t, row.p.Country != "" && row.p.Country != "TV", known)
		})
	}
	codes := customer.EnvelopeCountries()
	require.GreaterOrEqual(t, len(codes), 60)
	require.True(t, slices.IsSorted(codes))
	require.Len(t, slices.Compact(slices.Clone(codes)), len(codes))
	for _, code := range codes {
		require.Equal(t, code, language.MustParseRegion(code).String())
	}
}

// Whatever is known of an address and wherever it is: nothing is made up, no line is
// empty or ends in a mark that nothing follows, and street, district and locality are
// always there.
func TestEnvelopeKeepsWhatMailNeeds(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	reaches(t, seen, append(customer.EnvelopeCountries(), "TV", ""), func(t *rapid.T) {
		value := func(name string, kinds ...string) string {
			return rapid.SampledFrom(append(kinds, "", name)).Draw(t, name)
		}
		countries := append(customer.EnvelopeCountries(), "TV", "")
		p := customer.PostalAddress{
			Street: value("street", "番地"), District: value("district"), Locality: value("locality", "京都"), Area: value("area"),
			PostalCode: value("code"), SortingCode: value("sorting"), Country: countries[pick(t, "country", len(countries))],
		}
		o := &customer.EnvelopeOptions{Recipient: []string{"first", "second"}, From: rapid.SampledFrom([]string{"", "JP", "DE"}).Draw(t, "from")}
		lines, _ := p.Envelope(o)
		all := strings.Join(lines, "\n")
		for _, line := range lines {
			require.Equal(t, strings.Trim(line, " ,-/"), line)
			require.NotEmpty(t, line)
			require.NotContains(t, line, "  ")
		}
		if p.Street+p.District+p.Locality == "" {
			return
		}
		for _, part := range []string{p.Street, p.District, p.Locality, "first\nsecond"} {
			require.Contains(t, all, part)
		}
		seen[p.Country]++
		left := all
		for _, part := range []string{p.Street, p.District, p.Locality, p.Area, p.PostalCode, p.SortingCode, "first\nsecond"} {
			left = strings.Replace(left, part, "", 1)
		}
		if i := strings.LastIndex(left, "\n"); p.Country != "" && p.Country != o.From {
			left = left[:max(i, 0)]
		}
		require.Empty(t, strings.Trim(left, "\n ,-/〒"), "nothing is made up")
	})
}
