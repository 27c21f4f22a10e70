package liability_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
	"github.com/rapport-go/rapport/loyalty/liability"
)

type vectorCase struct {
	ID, Family, Op string
	Given, Expect  json.RawMessage
}

type vectorFile struct {
	Family string
	Cases  []vectorCase
}

// operations are the ops of the README that this package answers.
var operations = map[string]func(*testing.T, vectorCase){
	"revenue.allocate":      runAllocate,
	"revenue.recognise":     runRecognise,
	"breakage.chain_ladder": runChainLadder,
	"breakage.kaplan_meier": runKaplanMeier,
}

// ours reports whether an op is of a family of this package. All cases of revenue.json
// and breakage.json are; edge.json mixes families, and package loyalty runs the rest.
func (c vectorCase) ours() bool {
	return strings.HasPrefix(c.Op, "revenue.") || strings.HasPrefix(c.Op, "breakage.")
}

func TestVectors(t *testing.T) {
	vectors := golden.OpenVectors(t, "loyalty")
	for _, file := range []string{"revenue.json", "breakage.json", "edge.json"} {
		var f vectorFile
		if !vectors.JSON(t, file, &f) {
			continue
		}
		require.Equal(t, strings.TrimSuffix(file, ".json"), f.Family)
		n := 0
		for _, c := range f.Cases {
			if f.Family == "edge" && !c.ours() {
				continue
			}
			n++
			t.Run(c.ID, func(t *testing.T) {
				run, ok := operations[c.Op]
				require.True(t, ok && c.Family == f.Family, "unknown operation %q of family %q", c.Op, c.Family)
				run(t, c)
			})
		}
		golden.Count(t, file, n)
	}
}

// decode reads a part of a case; an unknown key fails.
func decode(t *testing.T, data json.RawMessage, into any) {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.DisallowUnknownFields()
	require.NoError(t, dec.Decode(into))
}

type vectorPeriods []struct {
	RedeemedTotal decimal.Decimal `json:"redeemed_total"`
	ExpectedTotal decimal.Decimal `json:"expected_total"`
	Closed        bool            `json:"closed"`
}

func (v vectorPeriods) periods() []liability.Period {
	var out []liability.Period
	for _, p := range v {
		out = append(out, liability.Period{Redeemed: p.RedeemedTotal, Expected: p.ExpectedTotal, Closed: p.Closed})
	}
	return out
}

func runAllocate(t *testing.T, c vectorCase) {
	var given struct {
		Price            decimal.Decimal     `json:"price"`
		ProductSSP       decimal.Decimal     `json:"product_ssp"`
		PointsIssued     json.RawMessage     `json:"points_issued"`
		ExpectedRedeemed decimal.Decimal     `json:"expected_redeemed"`
		ValuePerPoint    decimal.Decimal     `json:"value_per_point"`
		RatioUnit        decimal.NullDecimal `json:"ratio_unit"`
		Unit             decimal.Decimal     `json:"unit"`
		Periods          vectorPeriods       `json:"periods"`
	}
	var expect struct {
		Product, Points    *decimal.Decimal
		Revenue, Liability []decimal.Decimal
	}
	decode(t, c.Given, &given)
	decode(t, c.Expect, &expect)
	sale := liability.Sale{Price: given.Price, ProductPrice: given.ProductSSP, ExpectedRedeemed: given.ExpectedRedeemed, ValuePerPoint: given.ValuePerPoint}
	a, err := liability.Allocate(sale, &liability.AllocateOptions{Unit: given.Unit, RatioUnit: given.RatioUnit.Decimal})
	require.NoError(t, err)
	equal(t, "product", expect.Product, a.Product)
	equal(t, "points", expect.Points, a.Points)
	compareRecognised(t, a.Points, given.Periods, given.Unit, expect.Revenue, expect.Liability)
}

func runRecognise(t *testing.T, c vectorCase) {
	var given struct {
		Deferred     decimal.Decimal `json:"deferred"`
		PointsIssued json.RawMessage `json:"points_issued"`
		Unit         decimal.Decimal `json:"unit"`
		Periods      vectorPeriods   `json:"periods"`
	}
	var expect struct{ Revenue, Liability []decimal.Decimal }
	decode(t, c.Given, &given)
	decode(t, c.Expect, &expect)
	compareRecognised(t, given.Deferred, given.Periods, given.Unit, expect.Revenue, expect.Liability)
}

func compareRecognised(t *testing.T, deferred decimal.Decimal, p vectorPeriods, unit decimal.Decimal, revenue, owed []decimal.Decimal) {
	t.Helper()
	got, err := liability.Recognise(deferred, p.periods(), unit)
	require.NoError(t, err)
	var gotRevenue, gotOwed []decimal.Decimal
	for _, r := range got {
		gotRevenue, gotOwed = append(gotRevenue, r.Revenue), append(gotOwed, r.Liability)
	}
	equalAll(t, "revenue", revenue, gotRevenue)
	equalAll(t, "liability", owed, gotOwed)
}

func equal(t *testing.T, what string, want *decimal.Decimal, got decimal.Decimal) {
	t.Helper()
	if want != nil {
		require.True(t, want.Equal(got), "%s: want %s, have %s", what, want, got)
	}
}

func equalAll(t *testing.T, what string, want, got []decimal.Decimal) {
	t.Helper()
	if want == nil {
		return
	}
	require.Len(t, got, len(want), what)
	for i := range want {
		equal(t, fmt.Sprintf("%s[%d]", what, i), &want[i], got[i])
	}
}

func runChainLadder(t *testing.T, c vectorCase) {
	var given struct {
		Cumulative [][]int64 `json:"cumulative"`
		Issued     []int64   `json:"issued"`
	}
	var expect struct {
		Factors       []string `json:"factors"`
		Ultimate      []string `json:"ultimate"`
		StillExpected []string `json:"still_expected"`
		Total         *string  `json:"still_expected_total"`
		UltimateRate  []string `json:"ultimate_rate"`
		Breakage      []string `json:"breakage"`
	}
	decode(t, c.Given, &given)
	decode(t, c.Expect, &expect)
	l, err := liability.ChainLadder(liability.Triangle{Cumulative: given.Cumulative, Issued: given.Issued})
	require.NoError(t, err)
	printed(t, "factors", expect.Factors, l.Factors())
	printed(t, "ultimate", expect.Ultimate, l.Ultimate())
	printed(t, "still_expected", expect.StillExpected, l.StillExpected())
	rates, _ := l.UltimateRates()
	printed(t, "ultimate_rate", expect.UltimateRate, rates)
	breakage, _ := l.Breakage()
	printed(t, "breakage", expect.Breakage, breakage)
	if expect.Total != nil {
		printed(t, "still_expected_total", []string{*expect.Total}, []liability.Figure{l.TotalStillExpected()})
	}
}

func runKaplanMeier(t *testing.T, c vectorCase) {
	var given struct {
		Observations []struct {
			Time     int64 `json:"time"`
			Censored bool  `json:"censored"`
		} `json:"observations"`
	}
	var expect struct {
		Survival []struct {
			Time  int64  `json:"time"`
			Value string `json:"value"`
		} `json:"survival"`
	}
	decode(t, c.Given, &given)
	decode(t, c.Expect, &expect)
	var observations []liability.Observation
	for _, o := range given.Observations {
		observations = append(observations, liability.Observation{Age: o.Time, Censored: o.Censored})
	}
	s, err := liability.KaplanMeier(slices.Values(observations))
	require.NoError(t, err)
	var values []string
	var figures []liability.Figure
	for i, step := range s.Steps() {
		require.Less(t, i, len(expect.Survival), "more steps than printed")
		require.Equal(t, expect.Survival[i].Time, step.Age)
		values, figures = append(values, expect.Survival[i].Value), append(figures, step.Survival)
	}
	require.Len(t, values, len(expect.Survival))
	printed(t, "survival", values, figures)
}

// printed compares figures at the decimals that the vector prints.
func printed(t *testing.T, what string, want []string, got []liability.Figure) {
	t.Helper()
	if want == nil {
		return
	}
	require.Len(t, got, len(want), what)
	for i, w := range want {
		_, fraction, _ := strings.Cut(w, ".")
		require.Equal(t, w, got[i].Text(int32(len(fraction))), "%s[%d]", what, i)
	}
}
