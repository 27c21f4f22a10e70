package liability_test

import (
	"math"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/loyalty/liability"
)

func d(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func requireDecimal(t require.TestingT, want string, got decimal.Decimal) {
	require.True(t, d(want).Equal(got), "want %s, have %s", want, got)
}

func TestAllocateRefusesEveryFaultAtOnce(t *testing.T) {
	t.Parallel()
	_, err := liability.Allocate(liability.Sale{Price: d("-1"), ProductPrice: decimal.New(1, 1e8), ExpectedRedeemed: d("-2"), ValuePerPoint: d("1")},
		&liability.AllocateOptions{Unit: d("-0.01")})
	require.ErrorIs(t, err, liability.ErrInput)
	for _, field := range []string{"price is -1", "productPrice is (beyond the limits)", "expectedRedeemed is -2", "unit is -0.01"} {
		require.ErrorContains(t, err, field)
	}
	_, err = liability.Allocate(liability.Sale{Price: d("10")}, nil)
	require.ErrorIs(t, err, liability.ErrNoData)
}

func TestAllocateNeverGivesMoreThanThePrice(t *testing.T) {
	t.Parallel()
	a, err := liability.Allocate(liability.Sale{Price: d("99.70"), ExpectedRedeemed: d("10"), ValuePerPoint: d("1")}, &liability.AllocateOptions{Unit: d("1")})
	require.NoError(t, err)
	requireDecimal(t, "99.70", a.Points)
	requireDecimal(t, "0", a.Product)
}

// Property 14 of the wing: the parts of a price add up to it exactly.
func TestAllocationAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cents := func(name string, most int64) decimal.Decimal {
			return decimal.New(rapid.Int64Range(0, most).Draw(t, name), -2)
		}
		sale := liability.Sale{Price: cents("price", 1e9), ProductPrice: cents("ssp", 1e9).Add(d("0.01")), ExpectedRedeemed: cents("expected", 1e9), ValuePerPoint: cents("value", 500)}
		a, err := liability.Allocate(sale, nil)
		require.NoError(t, err)
		require.True(t, a.Points.Add(a.Product).Equal(sale.Price))
		require.False(t, a.Points.IsNegative() || a.Product.IsNegative())
		require.True(t, a.Points.Shift(2).IsInteger(), "whole cents")

		prices := rapid.SliceOfN(rapid.Int64Range(0, 1e6), 1, 8).Draw(t, "prices")
		var parts []decimal.Decimal
		for _, p := range prices {
			parts = append(parts, decimal.New(p, -2))
		}
		parts[0] = parts[0].Add(d("0.01"))
		split, err := liability.Split(a.Product, parts, decimal.Decimal{})
		require.NoError(t, err)
		sum := decimal.Decimal{}
		for _, s := range split {
			require.False(t, s.IsNegative())
			sum = sum.Add(s)
		}
		require.True(t, sum.Equal(a.Product), "%s split into %v", a.Product, split)
	})
}

func TestSplit(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name, amount, unit string
		prices, want       []string
	}{
		{"a cent left over goes to the first of equals", "100", "0", []string{"1", "1", "1"}, []string{"33.34", "33.33", "33.33"}},
		{"by largest remainder, the first of equals", "10", "1", []string{"2.6", "6.6", "0.8"}, []string{"3", "6", "1"}},
		{"a remainder below the unit is not lost", "10.5", "1", []string{"1", "1"}, []string{"5.5", "5"}},
		{"a zero price gets nothing", "9", "1", []string{"0", "3"}, []string{"0", "9"}},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			var prices []decimal.Decimal
			for _, p := range r.prices {
				prices = append(prices, d(p))
			}
			got, err := liability.Split(d(r.amount), prices, d(r.unit))
			require.NoError(t, err)
			for i, w := range r.want {
				requireDecimal(t, w, got[i])
			}
		})
	}
	_, err := liability.Split(d("1"), nil, decimal.Decimal{})
	require.ErrorIs(t, err, liability.ErrNoData)
	_, err = liability.Split(d("1"), []decimal.Decimal{d("-1")}, decimal.Decimal{})
	require.ErrorIs(t, err, liability.ErrInput)
}

// Case 28 of the wing's hard cases: more is redeemed than was expected.
func TestRecogniseMoreRedeemedThanExpected(t *testing.T) {
	t.Parallel()
	got, err := liability.Recognise(d("8676"), []liability.Period{
		{Redeemed: d("9000"), Expected: d("9500")}, {Redeemed: d("9600"), Expected: d("9500")},
	}, d("1"))
	require.NoError(t, err)
	requireDecimal(t, "8219", got[0].Revenue)
	requireDecimal(t, "457", got[1].Revenue)
	requireDecimal(t, "0", got[1].Liability)
}

func TestRecogniseEdges(t *testing.T) {
	t.Parallel()
	_, err := liability.Recognise(d("10"), []liability.Period{{}}, decimal.Decimal{})
	require.ErrorIs(t, err, liability.ErrNoData)
	_, err = liability.Recognise(d("-10"), []liability.Period{{Redeemed: d("-1"), Expected: d("-2")}}, d("-1"))
	for _, field := range []string{"deferred", "unit", "periods[0].redeemed", "periods[0].expected"} {
		require.ErrorContains(t, err, field)
	}
	got, err := liability.Recognise(d("10"), []liability.Period{{Closed: true}, {Redeemed: d("1"), Expected: d("4")}}, decimal.Decimal{})
	require.NoError(t, err)
	requireDecimal(t, "10", got[0].Revenue)
	requireDecimal(t, "0", got[1].Revenue) // stays closed
	got, err = liability.Recognise(d("100"), []liability.Period{{Redeemed: d("50"), Expected: d("80")}, {Redeemed: d("50"), Expected: d("100")}}, decimal.Decimal{})
	require.NoError(t, err)
	requireDecimal(t, "62.5", got[0].Revenue)
	requireDecimal(t, "-12.5", got[1].Revenue) // the estimate rose: caught up at once
	got, err = liability.Recognise(d("0"), []liability.Period{{}}, decimal.Decimal{})
	require.NoError(t, err)
	requireDecimal(t, "0", got[0].Revenue)
}

// Property 14 of the wing: cumulative revenue is non-decreasing in redeemed, never
// above what was allocated, equal to it at the close; the liability is never below
// zero; and however the periods fall, the same total is booked.
func TestRecogniseLosesNoCent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		deferred := decimal.New(rapid.Int64Range(0, 1e12).Draw(t, "deferred"), -2)
		expected := decimal.NewFromInt(rapid.Int64Range(1, 1e9).Draw(t, "expected"))
		redeemed, periods := decimal.Decimal{}, []liability.Period(nil)
		for _, n := range rapid.SliceOfN(rapid.Int64Range(0, 1e8), 1, 20).Draw(t, "redeemed") {
			redeemed = redeemed.Add(decimal.NewFromInt(n))
			periods = append(periods, liability.Period{Redeemed: redeemed, Expected: expected})
		}
		periods = append(periods, liability.Period{Redeemed: redeemed, Expected: expected, Closed: true})
		got, err := liability.Recognise(deferred, periods, decimal.Decimal{})
		require.NoError(t, err)
		sum := decimal.Decimal{}
		for i, r := range got {
			require.False(t, r.Revenue.IsNegative() || r.Liability.IsNegative())
			sum = sum.Add(r.Revenue)
			require.True(t, sum.Equal(r.ToDate) && r.ToDate.Add(r.Liability).Equal(deferred))
			alone, err := liability.Recognise(deferred, periods[i:i+1], decimal.Decimal{})
			require.NoError(t, err)
			require.True(t, alone[0].ToDate.Equal(r.ToDate))
		}
		require.True(t, sum.Equal(deferred))
	})
}

func TestFixedRate(t *testing.T) {
	t.Parallel()
	e, err := liability.FixedRate(10_000, 4_500, liability.Rate{Low: d("0.40"), Best: d("0.95"), High: d("0.99")})
	require.NoError(t, err)
	require.Equal(t, "4500", e.Total.Low.Text(0), "never below what is redeemed")
	requireDecimal(t, "9500", e.Expected(liability.BestEstimate))
	requireDecimal(t, "9900", e.Expected(liability.HighlyProbable))
	requireDecimal(t, "10000", e.Expected(liability.RemoteOnly))
	b, ok := e.Breakage()
	require.True(t, ok)
	require.Equal(t, []string{"100", "500", "5500"}, []string{b.Low.Text(0), b.Best.Text(0), b.High.Text(0)})

	_, err = liability.FixedRate(10, 11, liability.Rate{Low: d("0.5"), Best: d("0.4"), High: d("1.2")})
	require.ErrorIs(t, err, liability.ErrInput)
	require.ErrorContains(t, err, "redeemed is 11")
	require.ErrorContains(t, err, "rate is 0.5 to 0.4 to 1.2")
	_, err = liability.FixedRate(0, 0, liability.Rate{})
	require.ErrorIs(t, err, liability.ErrNoData)
}

// The triangle of Taylor and Ashe (1983) as printed by Mack (1993): total reserve
// 18,681 thousand with a standard error of 2,447 thousand (his table 2), and by year.
var taylorAshe = [][]int64{
	{357848, 1124788, 1735330, 2218270, 2745596, 3319994, 3466336, 3606286, 3833515, 3901463},
	{352118, 1236139, 2170033, 3353322, 3799067, 4120063, 4647867, 4914039, 5339085},
	{290507, 1292306, 2218525, 3235179, 3985995, 4132918, 4628910, 4909315},
	{310608, 1418858, 2195047, 3757447, 4029929, 4381982, 4588268},
	{443160, 1136350, 2128333, 2897821, 3402672, 3873311},
	{396132, 1333217, 2180715, 2985752, 3691712},
	{440832, 1288463, 2419861, 3483130},
	{359480, 1421128, 2864498},
	{376686, 1363294},
	{344014},
}

func TestChainLadderTaylorAshe(t *testing.T) {
	t.Parallel()
	l, err := liability.ChainLadder(liability.Triangle{Cumulative: taylorAshe})
	require.NoError(t, err)
	require.Equal(t, "18680856", l.TotalStillExpected().Text(0))
	by, total, ok := l.StandardErrors()
	require.True(t, ok)
	require.InDelta(t, 2_447_095, total, 1) // Mack (1993)
	want := []float64{0, 75_535, 121_699, 133_549, 261_406, 411_010, 558_317, 875_328, 971_258, 1_363_155}
	for i, w := range want {
		require.InDelta(t, w, by[i], 1, "vintage %d", i)
	}
}

// Mack (1994) prints a standard error of 26,909 for the RAA triangle's 52,135.
func TestChainLadderRAAStandardError(t *testing.T) {
	t.Parallel()
	raa := [][]int64{
		{5012, 8269, 10907, 11805, 13539, 16181, 18009, 18608, 18662, 18834},
		{106, 4285, 5396, 10666, 13782, 15599, 15496, 16169, 16704},
		{3410, 8992, 13873, 16141, 18735, 22214, 22863, 23466},
		{5655, 11555, 15766, 21266, 23425, 26083, 27067},
		{1092, 9565, 15836, 22169, 25955, 26180},
		{1513, 6445, 11702, 12935, 15852},
		{557, 4020, 10946, 12314},
		{1351, 6947, 13112},
		{3133, 5395},
		{2063},
	}
	l, err := liability.ChainLadder(liability.Triangle{Cumulative: raa})
	require.NoError(t, err)
	_, total, ok := l.StandardErrors()
	require.True(t, ok)
	require.InDelta(t, 26_909, total, 1)
	estimates, err := l.Estimates(0)
	require.NoError(t, err)
	for i, e := range estimates {
		require.LessOrEqual(t, e.Total.Low.Cmp(e.Total.Best), 0, "vintage %d", i)
		require.LessOrEqual(t, e.Total.Best.Cmp(e.Total.High), 0, "vintage %d", i)
		require.GreaterOrEqual(t, e.Total.Low.Cmp(l.Ultimate()[i].Sub(l.StillExpected()[i])), 0, "never below what is redeemed")
	}
	require.InDelta(t, liability.DefaultLevel, estimates[9].Level, 0)
}

func TestChainLadderRefusals(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name string
		t    liability.Triangle
		want error
	}{
		{"no vintage", liability.Triangle{}, liability.ErrNoData},
		{"empty row", liability.Triangle{Cumulative: [][]int64{{1, 2}, {}}}, liability.ErrInput},
		{"negative cell", liability.Triangle{Cumulative: [][]int64{{1, -2}}}, liability.ErrInput},
		{"issued of another length", liability.Triangle{Cumulative: [][]int64{{1}}, Issued: []int64{1, 2}}, liability.ErrInput},
		{"more redeemed than issued", liability.Triangle{Cumulative: [][]int64{{3}}, Issued: []int64{2}}, liability.ErrInput},
		{"factor out of nothing", liability.Triangle{Cumulative: [][]int64{{0, 5}, {3}}}, liability.ErrNoData},
		{"too many ages", liability.Triangle{Cumulative: [][]int64{make([]int64, liability.MaxTriangle+1)}}, liability.ErrLimit},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			_, err := liability.ChainLadder(r.t)
			require.ErrorIs(t, err, r.want)
		})
	}
}

func TestChainLadderTooSmallForARange(t *testing.T) {
	t.Parallel()
	l, err := liability.ChainLadder(liability.Triangle{Cumulative: [][]int64{{10, 20}, {30}}, Issued: []int64{50, 90}})
	require.NoError(t, err)
	_, _, ok := l.StandardErrors()
	require.False(t, ok)
	got, err := l.Estimates(0.9)
	require.NoError(t, err)
	require.Equal(t, []string{"30", "60", "90"}, []string{got[1].Total.Low.Text(0), got[1].Total.Best.Text(0), got[1].Total.High.Text(0)})
	require.Zero(t, got[1].Level, "bounds, not a confidence range")
	for _, level := range []float64{-1, 1, math.NaN()} {
		_, err = l.Estimates(level)
		require.ErrorIs(t, err, liability.ErrInput)
	}
}

// Without censoring the product limit is the plain share still open, and its
// variance is the binomial one.
func TestKaplanMeierWithoutCensoring(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ages := rapid.SliceOfN(rapid.Int64Range(0, 30), 1, 60).Draw(t, "ages")
		var obs []liability.Observation
		for _, a := range ages {
			obs = append(obs, liability.Observation{Age: a})
		}
		s, err := liability.KaplanMeier(slices.Values(obs))
		require.NoError(t, err)
		for age := range int64(31) {
			open := 0
			for _, a := range ages {
				if a > age {
					open++
				}
			}
			got, observed := s.At(age)
			require.InDelta(t, float64(open)/float64(len(ages)), got.Float64(), 1e-12)
			require.Equal(t, age <= slices.Max(ages), observed)
		}
	})
}

// Two halves of the curve multiply to the whole.
func TestSurvivalIsAProduct(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		obs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) liability.Observation {
			return liability.Observation{
				Lot: rapid.Int64Range(0, 5).Draw(t, "lot"), Age: rapid.Int64Range(0, 20).Draw(t, "age"),
				Points: rapid.Int64Range(1, 500).Draw(t, "points"), Censored: rapid.Bool().Draw(t, "censored"),
			}
		}), 1, 40).Draw(t, "observations")
		s, err := liability.KaplanMeier(slices.Values(obs))
		require.NoError(t, err)
		a := rapid.Int64Range(0, 10).Draw(t, "a")
		b := rapid.Int64Range(a+1, 21).Draw(t, "b")
		c := rapid.Int64Range(b, 22).Draw(t, "c")
		ab, err := s.Between(a, b, 0)
		require.NoError(t, err)
		bc, err := s.Between(b-1, c, 0)
		require.NoError(t, err)
		ac, err := s.Between(a, c, 0)
		require.NoError(t, err)
		require.InDelta(t, ac.Best.Float64(), ab.Best.Float64()*bc.Best.Float64(), 1e-12)
		require.LessOrEqual(t, ac.Low.Cmp(ac.Best), 0)
		require.GreaterOrEqual(t, ac.High.Cmp(ac.Best), 0)
	})
}

// The 6-MP arm at 10 weeks: survival 0.7529 with Greenwood standard error 0.0963
// (Collett, Modelling survival data; R's survfit prints the log-log interval 0.5032
// to 0.8894).
func TestKaplanMeierInterval(t *testing.T) {
	t.Parallel()
	events, censored := []int64{6, 6, 6, 7, 10, 13, 16, 22, 23}, []int64{6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35}
	var obs []liability.Observation
	for _, a := range events {
		obs = append(obs, liability.Observation{Age: a})
	}
	for _, a := range censored {
		obs = append(obs, liability.Observation{Age: a, Censored: true})
	}
	s, err := liability.KaplanMeier(slices.Values(obs))
	require.NoError(t, err)
	r, err := s.Between(0, 11, 0)
	require.NoError(t, err)
	require.Equal(t, []string{"0.5032", "0.7529", "0.8894"}, []string{r.Low.Text(4), r.Best.Text(4), r.High.Text(4)})
	require.Equal(t, int64(35), s.LastAge())
}

func TestKaplanMeierRefusals(t *testing.T) {
	t.Parallel()
	_, err := liability.KaplanMeier(slices.Values([]liability.Observation{}))
	require.ErrorIs(t, err, liability.ErrNoData)
	_, err = liability.KaplanMeier(slices.Values([]liability.Observation{{Age: -1}, {Points: -2}}))
	require.ErrorIs(t, err, liability.ErrInput)
	require.ErrorContains(t, err, "observations[0].age")
	require.ErrorContains(t, err, "observations[1].points")
	_, err = liability.KaplanMeier(slices.Values([]liability.Observation{{Points: math.MaxInt64}, {Points: 1}}))
	require.ErrorIs(t, err, liability.ErrLimit)
	var many []liability.Observation
	for a := range int64(liability.MaxTimes + 1) {
		many = append(many, liability.Observation{Age: a})
	}
	_, err = liability.KaplanMeier(slices.Values(many))
	require.ErrorIs(t, err, liability.ErrLimit)
}

// Points of one lot go together, so the same curve from few large lots has a wider
// range than from many small ones.
func TestRangeKnowsThatLotsAreClusters(t *testing.T) {
	t.Parallel()
	curve := func(points int64) liability.Range {
		var obs []liability.Observation
		for i := range int64(1000 / points) {
			obs = append(obs, liability.Observation{Lot: i + 1, Age: 1 + i%5, Points: points, Censored: i%2 == 0})
		}
		s, err := liability.KaplanMeier(slices.Values(obs))
		require.NoError(t, err)
		r, err := s.Between(0, 5, 0)
		require.NoError(t, err)
		return r
	}
	many, few := curve(1), curve(50)
	require.InDelta(t, many.Best.Float64(), few.Best.Float64(), 1e-12)
	require.Greater(t, few.High.Sub(few.Low).Float64(), 5*many.High.Sub(many.Low).Float64())
}

func lots() []liability.Lot {
	return []liability.Lot{
		{Vintage: "2025-01", Points: 1000, Redeemed: []liability.Redemption{{Age: 0, Points: 200}, {Age: 2, Points: 300}}, Age: 3, DiesAt: 4},
		{Vintage: "2025-01", Points: 500, Redeemed: []liability.Redemption{{Age: 1, Points: 500}}, Age: 1, Dead: true},
		{Vintage: "2025-02", Points: 800, Redeemed: []liability.Redemption{{Age: 1, Points: 400}}, Age: 2, DiesAt: 4},
		{Vintage: "2025-03", Points: 600, Redeemed: []liability.Redemption{{Age: 0, Points: 60}}, Age: 1, DiesAt: 4},
	}
}

func TestLotTriangle(t *testing.T) {
	t.Parallel()
	tri, vintages, err := liability.LotTriangle(slices.Values(lots()))
	require.NoError(t, err)
	require.Equal(t, []string{"2025-01", "2025-02", "2025-03"}, vintages)
	require.Equal(t, []int64{1500, 800, 600}, tri.Issued)
	require.Equal(t, [][]int64{{200, 700, 1000, 1000}, {0, 400, 400}, {60, 60}}, tri.Cumulative)

	bad := []liability.Lot{{Points: -1, Age: -1}, {Points: 5, Age: 1, Redeemed: []liability.Redemption{{Age: 2, Points: 1}, {Age: 1, Points: 9}}}}
	_, _, err = liability.LotTriangle(slices.Values(bad))
	for _, field := range []string{"lots[0].points", "lots[0].age", "lots[1].redeemed[0]", "lots[1].redeemed[1]"} {
		require.ErrorContains(t, err, field)
	}
	_, _, err = liability.LotTriangle(slices.Values([]liability.Lot{}))
	require.ErrorIs(t, err, liability.ErrNoData)
}

func TestExpectFromTheLotsOwnCurve(t *testing.T) {
	t.Parallel()
	s, err := liability.KaplanMeier(liability.Observations(slices.Values(lots())))
	require.NoError(t, err)
	e, err := s.Expect(slices.Values(lots()), 0.9)
	require.NoError(t, err)
	require.Equal(t, int64(2900), e.Issued)
	require.Equal(t, int64(1460), e.Redeemed)
	require.False(t, e.Extrapolated)
	// At risk 2900: 260 go at age 0; 2640: 900 at 1 and 540 censored; 1200: 300 at 2
	// and 400 censored. Open: 500 at age 3, 400 at age 2, 540 at age 1; only the last
	// still passes an age with redemptions: 540 x (1 - 900/1200) = 135.
	require.Equal(t, "1595", e.Total.Best.Text(0))
	require.InDelta(t, 0.9, e.Level, 0)

	never := []liability.Lot{{Vintage: "v", Points: 100, Age: 1}}
	e, err = s.Expect(slices.Values(never), 0)
	require.NoError(t, err)
	require.True(t, e.Extrapolated)
	require.Equal(t, []string{"1", "25", "100"}, []string{e.Total.Low.Text(0), e.Total.Best.Text(0), e.Total.High.Text(0)})

	dead := []liability.Lot{{Vintage: "v", Points: 100, Age: 1, Dead: true}}
	e, err = s.Expect(slices.Values(dead), 0)
	require.NoError(t, err)
	require.Equal(t, "0", e.Total.High.Text(0), "what died is not redeemed")
	_, err = s.Expect(slices.Values([]liability.Lot{}), 0)
	require.ErrorIs(t, err, liability.ErrNoData)
}

// An estimate is in order and inside its bounds whatever the lots.
func TestEstimatesStayInsideTheirBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) liability.Lot {
			l := liability.Lot{
				Vintage: rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "vintage"), Points: rapid.Int64Range(0, 1000).Draw(t, "points"),
				Age: rapid.Int64Range(0, 6).Draw(t, "age"), DiesAt: rapid.Int64Range(0, 8).Draw(t, "dies"), Dead: rapid.Bool().Draw(t, "dead"),
			}
			open := l.Points
			for age := range l.Age + 1 {
				n := rapid.Int64Range(0, open).Draw(t, "redeemed")
				open -= n
				l.Redeemed = append(l.Redeemed, liability.Redemption{Age: age, Points: n})
			}
			return l
		}), 1, 12).Draw(t, "lots")
		check := func(e liability.Estimate) {
			require.LessOrEqual(t, float64(e.Redeemed), e.Total.Low.Float64())
			require.LessOrEqual(t, e.Total.Low.Cmp(e.Total.Best), 0)
			require.LessOrEqual(t, e.Total.Best.Cmp(e.Total.High), 0)
			require.LessOrEqual(t, e.Total.High.Float64(), float64(e.Issued))
		}
		if s, err := liability.KaplanMeier(liability.Observations(slices.Values(all))); err == nil {
			e, err := s.Expect(slices.Values(all), 0)
			require.NoError(t, err)
			check(e)
		} else {
			require.ErrorIs(t, err, liability.ErrNoData)
		}
		tri, _, err := liability.LotTriangle(slices.Values(all))
		require.NoError(t, err)
		l, err := liability.ChainLadder(tri)
		if err != nil {
			require.ErrorIs(t, err, liability.ErrNoData)
			return
		}
		estimates, err := l.Estimates(0)
		require.NoError(t, err)
		for _, e := range estimates {
			check(e)
		}
	})
}

func TestState(t *testing.T) {
	t.Parallel()
	e, err := liability.FixedRate(10_000, 4_500, liability.Rate{Low: d("0.90"), Best: d("0.95"), High: d("1")})
	require.NoError(t, err)
	unknown, err := liability.FixedRate(10, 0, liability.Rate{})
	require.NoError(t, err)
	pools := []liability.Pool{
		{Name: "2025", Deferred: d("8676"), Recognised: d("4000"), Estimate: e},
		{Name: "2024", Deferred: d("500"), Recognised: d("480"), Estimate: e, Closed: true},
		{Name: "new", Deferred: d("70"), Estimate: unknown},
	}
	s, err := liability.State(pools, &liability.StateOptions{Unit: d("1")})
	require.NoError(t, err)
	requireDecimal(t, "110", s.Lines[0].Revenue) // 4110 to date, Example 52
	requireDecimal(t, "4566", s.Lines[0].Liability)
	requireDecimal(t, "4338", s.Lines[0].LiabilityLow)
	requireDecimal(t, "4772", s.Lines[0].LiabilityHigh)
	requireDecimal(t, "20", s.Lines[1].Revenue)
	requireDecimal(t, "70", s.Lines[2].Liability)
	requireDecimal(t, "130", s.Revenue)
	requireDecimal(t, "4636", s.Liability)

	s, err = liability.State(pools[:1], &liability.StateOptions{Unit: d("1"), Constraint: liability.HighlyProbable})
	require.NoError(t, err)
	requireDecimal(t, "4772", s.Lines[0].Liability)

	_, err = liability.State([]liability.Pool{{Deferred: d("1"), Recognised: d("2")}}, nil)
	require.ErrorIs(t, err, liability.ErrInput)
}

func TestMethodText(t *testing.T) {
	t.Parallel()
	for _, m := range []liability.Method{liability.MethodFixedRate, liability.MethodChainLadder, liability.MethodKaplanMeier} {
		b, err := m.MarshalText()
		require.NoError(t, err)
		var back liability.Method
		require.NoError(t, back.UnmarshalText(b))
		require.Equal(t, m, back)
	}
	_, err := liability.Method(0).MarshalText()
	require.ErrorIs(t, err, liability.ErrInput)
	require.ErrorIs(t, new(liability.Method).UnmarshalText(nil), liability.ErrInput)
	require.Equal(t, "method(9)", liability.Method(9).String())
}

func TestFigure(t *testing.T) {
	t.Parallel()
	var zero liability.Figure
	require.Equal(t, "0.00", zero.Text(2))
	require.Zero(t, zero.Float64())
	l, err := liability.ChainLadder(liability.Triangle{Cumulative: [][]int64{{8, 9}, {1}}})
	require.NoError(t, err)
	u := l.Ultimate()[1] // 9/8
	require.Equal(t, "1.13", u.Text(2), "1.125 rounds to the larger")
	require.Equal(t, "-1.12", zero.Sub(u).Text(2), "and so does -1.125")
	require.Equal(t, "1.125000", u.String())
	require.InDelta(t, 1.125, u.Float64(), 0)
	require.Equal(t, "2.250000000000000000", u.Add(u).Text(99))
}

func BenchmarkKaplanMeier(b *testing.B) {
	for _, size := range []int{1_000, 100_000} {
		var obs []liability.Observation
		for i := range int64(size) {
			obs = append(obs, liability.Observation{Lot: i + 1, Age: i * 7919 % 400, Points: 100, Censored: i%3 == 0})
		}
		b.Run(decimal.NewFromInt(int64(size)).String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := liability.KaplanMeier(slices.Values(obs)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkChainLadder(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := liability.ChainLadder(liability.Triangle{Cumulative: taylorAshe}); err != nil {
			b.Fatal(err)
		}
	}
}
