package civil

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func genDate() *rapid.Generator[Date] {
	return rapid.Custom(func(t *rapid.T) Date {
		y := rapid.IntRange(MinYear, MaxYear).Draw(t, "year")
		m := time.Month(rapid.IntRange(1, 12).Draw(t, "month"))
		return Date{y, m, rapid.IntRange(1, DaysIn(y, m)).Draw(t, "day")}
	})
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"2024-02-29", "0001-01-01", "9999-12-31", "2000-02-29"} {
		d, err := Parse(s)
		require.NoError(t, err, s)
		require.Equal(t, s, d.String())
	}
	for _, s := range []string{"", "2023-02-29", "1900-02-29", "2024-2-29", "2024-13-01", "2024-00-10", "2024-01-00", "0000-01-01", "+024-01-01", "2024/01/01", "2024-01-01T"} {
		_, err := Parse(s)
		require.ErrorIs(t, err, ErrDate, s)
	}
}

// The standard library's own calendar is the second witness of ours.
func TestDaysAgreesWithTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := genDate().Draw(t, "date")
		u := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
		require.Equal(t, int(u.Unix()/86400)-b2i(u.Unix() < 0 && u.Unix()%86400 != 0), d.Days())
		require.Equal(t, d, FromDays(d.Days()))
		require.Equal(t, u.Weekday(), d.Weekday())
		n := rapid.IntRange(-100_000, 100_000).Draw(t, "n")
		require.Equal(t, Of(u.AddDate(0, 0, n)), d.AddDays(n))
	})
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestAddMonths(t *testing.T) {
	t.Parallel()
	jan31 := Date{2024, time.January, 31}
	require.Equal(t, Date{2024, time.February, 29}, jan31.AddMonths(1))
	require.Equal(t, Date{2024, time.March, 31}, jan31.AddMonths(2))
	require.Equal(t, Date{2023, time.December, 31}, jan31.AddMonths(-1))
	require.Equal(t, Date{2025, time.February, 28}, Date{2024, time.February, 29}.AddYears(1))
	rapid.Check(t, func(t *rapid.T) {
		d := genDate().Draw(t, "date")
		n := rapid.IntRange(-2000, 2000).Draw(t, "n")
		e := d.AddMonths(n)
		require.Equal(t, d.Year*12+int(d.Month)+n, e.Year*12+int(e.Month))
		require.LessOrEqual(t, e.Day, d.Day)
		require.True(t, e.Day == d.Day || e.Day == DaysIn(e.Year, e.Month))
	})
}

func TestCompare(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := genDate().Draw(t, "a"), genDate().Draw(t, "b")
		want := 0
		if a.Days() < b.Days() {
			want = -1
		} else if a.Days() > b.Days() {
			want = 1
		}
		require.Equal(t, want, a.Compare(b))
		require.Equal(t, want < 0, a.Before(b))
		require.Equal(t, want > 0, a.After(b))
	})
}

func FuzzParse(f *testing.F) {
	f.Add("2024-02-29")
	f.Add("0000-00-00")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse(s)
		if err != nil {
			require.ErrorIs(t, err, ErrDate)
			return
		}
		require.True(t, d.Valid())
		require.Equal(t, s, d.String())
	})
}
