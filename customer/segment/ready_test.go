package segment

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// Who is in which ready segment, by hand.
func TestReadySegments(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	ago := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	buy := func(days int, category string, cents int64) sale {
		return sale{name: "purchase", category: &category, amount: &cents, at: ago(days)}
	}
	people := map[string]*person{
		"prospect": {created: ref(ago(100))},
		"new":      {created: ref(ago(1)), sales: []sale{buy(1, "camera", 50_000)}},
		"regular":  {created: ref(ago(900)), sales: []sale{buy(10, "lens", 9_000), buy(50, "camera", 80_000), buy(80, "lens", 12_000)}},
		"quiet":    {created: ref(ago(900)), sales: []sale{buy(100, "lens", 9_000), buy(200, "lens", 80_000)}},
		"lost":     {created: ref(ago(2000)), sales: []sale{buy(800, "camera", 100), buy(900, "lens", 100)}},
	}
	var shop Shop
	days := func(n int) Span { return Span{n, Day} }
	for name, c := range map[string]struct {
		p    Predicate
		want []string
	}{
		"camera in 30 days":      {shop.Bought("camera", LastDays(30)), []string{"new"}},
		"no camera in 60 days":   {shop.NotBought("camera", LastDays(60)), []string{"lost", "prospect", "quiet"}},
		"and known for a month":  {And(shop.NotBought("lens", LastDays(60)), shop.KnownSince(days(30))), []string{"lost", "prospect", "quiet"}},
		"new":                    {shop.New(days(30)), []string{"new"}},
		"prospects":              {shop.Prospects(), []string{"prospect"}},
		"active":                 {shop.Active(days(90)), []string{"new", "regular"}},
		"lapsed":                 {shop.Lapsed(days(90)), []string{"lost", "quiet"}},
		"lapsing":                {shop.Lapsing(2, days(90), days(365)), []string{"quiet"}},
		"frequent":               {shop.Frequent(3, LastDays(365)), []string{"regular"}},
		"spent 500 in a year":    {shop.Spent(decimal.NewFromInt(500), LastDays(365)), []string{"new", "quiet", "regular"}},
		"best":                   {shop.Best(days(30), 2, decimal.NewFromInt(1000), LastDays(365)), []string{"regular"}},
		"first purchase of late": {shop.FirstTime(days(30)), []string{"new"}},
	} {
		program, err := shopSchema().Compile(c.p)
		require.NoError(t, err, name)
		var got []string
		for _, who := range []string{"lost", "new", "prospect", "quiet", "regular"} {
			if program.Is(people[who], now) {
				got = append(got, who)
			}
		}
		require.Equal(t, c.want, got, name)
	}
}

// Thirty calendar days over a change of clocks are local days, and an hour shorter.
func TestCalendarWindowOverClockChange(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	now := time.Date(2026, 4, 5, 12, 0, 0, 0, berlin)
	program, err := shopSchema().Compile(EventCount("purchase", nil, CalendarDays(30, "Europe/Berlin"), OpGte, 1))
	require.NoError(t, err)
	first := time.Date(2026, 3, 7, 0, 0, 0, 0, berlin)
	require.Equal(t, 30*24*time.Hour-time.Hour, time.Date(2026, 4, 6, 0, 0, 0, 0, berlin).Sub(first))
	v := &person{sales: []sale{{name: "purchase", at: first}}}
	verdict, until, ok := program.Eval(v, now)
	require.Equal(t, True, verdict)
	require.True(t, ok)
	require.True(t, until.Equal(time.Date(2026, 4, 6, 0, 0, 0, 0, berlin)))
	v.sales[0].at = first.Add(-1)
	require.False(t, program.Is(v, now))
	// Exactly 30 times 24 hours ago is inside an elapsed window.
	program, err = shopSchema().Compile(EventCount("purchase", nil, LastDays(30), OpGte, 1))
	require.NoError(t, err)
	v.sales[0].at = now.Add(-30 * 24 * time.Hour)
	require.True(t, program.Is(v, now))
	require.False(t, program.Is(v, now.Add(1)))
	v.sales[0].at = now.Add(1) // what is yet to come does not count
	require.False(t, program.Is(v, now))
}

// This month begins where the customer is, or where the window says: at one instant it is
// May in Tokyo and April in Honolulu.
func TestCurrentMonthIsTheCustomers(t *testing.T) {
	t.Parallel()
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	require.NoError(t, err)
	honolulu, err := time.LoadLocation("Pacific/Honolulu")
	require.NoError(t, err)
	now := time.Date(2026, 4, 30, 20, 0, 0, 0, time.UTC)
	yesterday := []sale{{name: "purchase", at: now.Add(-24 * time.Hour)}}
	for _, row := range []struct {
		name   string
		window Window
		zone   *time.Location
		want   Tri
		until  time.Time
	}{
		{"the customer's month has begun anew", Current(Month, ""), tokyo, False, time.Time{}},
		{"the customer's month goes on", Current(Month, ""), honolulu, True, time.Date(2026, 5, 1, 0, 0, 0, 0, honolulu)},
		{"a named zone, wherever the customer is", Current(Month, "Pacific/Honolulu"), tokyo, True, time.Date(2026, 5, 1, 0, 0, 0, 0, honolulu)},
		{"the year", Current(Year, ""), tokyo, True, time.Date(2027, 1, 1, 0, 0, 0, 0, tokyo)},
		{"the day", Current(Day, ""), honolulu, False, time.Time{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			program, err := shopSchema().Compile(EventCount("purchase", nil, row.window, OpGte, 1))
			require.NoError(t, err)
			verdict, until, turns := program.Eval(&person{zone: row.zone, sales: yesterday}, now)
			require.Equal(t, row.want, verdict)
			require.Equal(t, !row.until.IsZero(), turns)
			require.True(t, until.Equal(row.until), "%s", until)
		})
	}
}

// A sample is stable, about as large as asked for, and another with another salt.
func TestSample(t *testing.T) {
	t.Parallel()
	program, err := shopSchema().Compile(Sample("a", 2_000))
	require.NoError(t, err)
	other, err := shopSchema().Compile(Sample("b", 2_000))
	require.NoError(t, err)
	n, both := 0, 0
	for i := range 10_000 {
		v := &person{id: string(rune('a'+i%26)) + time.Unix(int64(i), 0).UTC().Format(time.RFC3339)}
		if program.Is(v, time.Time{}) {
			n++
			if other.Is(v, time.Time{}) {
				both++
			}
		}
	}
	require.InDelta(t, 2_000, n, 160) // four standard deviations
	require.InDelta(t, 400, both, 80)
}
