package metrics_test

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
	"github.com/rapport-go/rapport/metrics"
)

// TestVectors runs every case of the files of this package. Tolerances are those of
// the vectors' README: shares, scores and probabilities to 1e-12 absolute, other
// floats to 1e-9 relative; decimals exactly.
func TestVectors(t *testing.T) {
	t.Parallel()
	v := golden.OpenVectors(t, "metrics")
	for file, run := range map[string]func(t *testing.T, v *golden.Vectors, file string){
		"headline.json": headlineVectors, "nps.json": npsVectors, "proportion_ci.json": proportionVectors,
		"saas.json": saasVectors, "uplift.json": upliftVectors, "concentration.json": concentrationVectors,
		"erlang.json": erlangVectors, "rfm_ties.json": rfmVectors,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			run(t, v, file)
		})
	}
}

// decode reads a file and fails on any field that the runner does not know.
func decode(t *testing.T, v *golden.Vectors, file string, into any) (ok bool) {
	t.Helper()
	data, ok := v.Read(t, file)
	if !ok {
		return false
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(into), file)
	return true
}

// near compares with 1e-12 absolute or 1e-9 relative, whichever is wider.
func near(t *testing.T, want, got float64, what ...any) {
	t.Helper()
	require.False(t, math.IsNaN(got), what...)
	require.InDelta(t, want, got, math.Max(1e-12, 1e-9*math.Abs(want)), what...)
}

// tight compares to 1e-12 absolute.
func tight(t *testing.T, want, got float64, what ...any) {
	t.Helper()
	require.InDelta(t, want, got, 1e-12, what...)
}

// ratio compares a figure that may be undefined with a number that may be null.
func ratio(t *testing.T, want *float64, r metrics.Ratio, err error, what ...any) {
	t.Helper()
	if want == nil {
		require.ErrorIs(t, err, metrics.ErrUndefined, what...)
		return
	}
	require.NoError(t, err, what...)
	near(t, *want, r.Float(), what...)
}

func percent(t *testing.T, want *float64, r metrics.Ratio, err error, what ...any) {
	t.Helper()
	if want == nil {
		require.ErrorIs(t, err, metrics.ErrUndefined, what...)
		return
	}
	require.NoError(t, err, what...)
	near(t, *want, r.Percent(15).InexactFloat64(), what...)
}

func headlineVectors(t *testing.T, v *golden.Vectors, file string) {
	var all struct {
		CRRChurn []struct {
			Start, End, New, Lost int64
			CRR, Churn            *float64
			Consistent            bool
			Note                  string
		} `json:"crr_churn"`
		CLTV []struct {
			Value     string `json:"avg_purchase_value"`
			Frequency string `json:"avg_purchase_frequency"`
			Lifespan  string `json:"avg_lifespan"`
			CLTV      string
			Error     string
			Note      string
		}
		CSAT []struct {
			Satisfied, Total int64
			CSAT             *float64
			Note             string
		}
	}
	if !decode(t, v, file, &all) {
		return
	}
	for _, c := range all.CRRChurn {
		base := metrics.Base{Start: c.Start, End: c.End, New: c.New, Lost: c.Lost}
		require.Equal(t, c.Consistent, base.Consistent(), c)
		if !c.Consistent {
			require.ErrorIs(t, base.Check(), metrics.ErrInconsistent, c)
		}
		strict, err := base.Retention()
		report, reportErr := base.ReportRetention()
		switch {
		case c.CRR == nil:
			require.ErrorIs(t, err, metrics.ErrNoData, c)
			require.ErrorIs(t, reportErr, metrics.ErrNoData, c)
		case *c.CRR < 0: // more new customers than customers: the vectors reject it
			require.ErrorIs(t, err, metrics.ErrOutOfRange, c)
			require.ErrorIs(t, reportErr, metrics.ErrOutOfRange, c)
		case *c.CRR > 100: // uncounted reactivations: the vectors reject or report them
			require.ErrorIs(t, err, metrics.ErrInconsistent, c)
			require.True(t, report.Inconsistent, c)
			percent(t, c.CRR, report.Rate, reportErr, c)
		default:
			percent(t, c.CRR, strict, err, c)
			percent(t, c.CRR, report.Rate, reportErr, c)
		}
		churn, err := metrics.ChurnRate(c.Start, c.Lost, &metrics.ChurnOptions{AllowNewChurn: true})
		percent(t, c.Churn, churn, err, c)
		if c.Churn != nil && *c.Churn > 100 {
			_, err := metrics.ChurnRate(c.Start, c.Lost, nil)
			require.ErrorIs(t, err, metrics.ErrOutOfRange, c)
		}
	}
	for _, c := range all.CLTV {
		got, err := metrics.CLTV(decimal.RequireFromString(c.Value), decimal.RequireFromString(c.Frequency), decimal.RequireFromString(c.Lifespan))
		if c.Error != "" {
			require.ErrorIs(t, err, metrics.ErrOutOfRange, c)
			continue
		}
		require.NoError(t, err, c)
		require.True(t, decimal.RequireFromString(c.CLTV).Equal(got), "%+v: %s", c, got.StringFixed(6))
	}
	for _, c := range all.CSAT {
		got, err := metrics.CSAT(c.Satisfied, c.Total)
		percent(t, c.CSAT, got, err, c)
	}
	golden.Count(t, file, len(all.CRRChurn)+len(all.CLTV)+len(all.CSAT))
}

func npsVectors(t *testing.T, v *golden.Vectors, file string) {
	var all struct {
		Cases []struct {
			Promoters, Passives, Detractors int64
			NPS, Variance, SE               *float64
			Wald                            *[2]float64 `json:"wald95"`
			Adjusted                        *[2]float64 `json:"adjwald95"`
			Unbiased                        *float64    `json:"se_unbiased"`
			Note                            string
		}
		TwoSample []struct {
			A, B     [3]int64
			Diff, SE *float64
			Z        *float64
			P        *float64 `json:"p_two_sided"`
		} `json:"two_sample"`
		Real []struct {
			File     string
			N        int64   `json:"scale_0_10"`
			Excluded int64   `json:"excluded"`
			Weighted float64 `json:"nps_weighted"`
			KishN    float64 `json:"kish_n_eff"`
			SE       float64 `json:"se_weighted"`
			Counts   map[string]int64
		}
		Note string
	}
	if !decode(t, v, file, &all) {
		return
	}
	for _, c := range all.Cases {
		n, err := metrics.NetPromoterFromCounts(c.Promoters, c.Passives, c.Detractors)
		require.NoError(t, err)
		score, err := n.Score()
		percent(t, c.NPS, score, err, c)
		if c.NPS == nil {
			_, err := n.Interval(metrics.Wald, 0.95)
			require.ErrorIs(t, err, metrics.ErrNoData)
			continue
		}
		variance, err := n.Variance()
		require.NoError(t, err)
		tight(t, *c.Variance, variance, c)
		se, err := n.StandardError()
		require.NoError(t, err)
		near(t, *c.SE, se, c)
		unbiased, err := n.UnbiasedStandardError()
		if c.Unbiased == nil {
			require.ErrorIs(t, err, metrics.ErrUndefined, c)
		} else {
			require.NoError(t, err)
			near(t, *c.Unbiased, unbiased, c)
		}
		for method, want := range map[metrics.Method]*[2]float64{metrics.Wald: c.Wald, metrics.AdjustedWald: c.Adjusted} {
			i, err := n.Interval(method, 0.95)
			require.NoError(t, err)
			near(t, want[0], i.Low, c)
			near(t, want[1], i.High, c)
		}
	}
	for _, c := range all.TwoSample {
		a, err := metrics.NetPromoterFromCounts(c.A[0], c.A[1], c.A[2])
		require.NoError(t, err)
		b, err := metrics.NetPromoterFromCounts(c.B[0], c.B[1], c.B[2])
		require.NoError(t, err)
		d, err := a.Compare(b)
		if c.Diff == nil {
			require.ErrorIs(t, err, metrics.ErrNoData, c)
			continue
		}
		require.NoError(t, err)
		near(t, *c.Diff, d.Estimate, c)
		near(t, *c.SE, d.SE, c)
		z, ok := d.Z()
		require.Equal(t, c.Z != nil, ok, c)
		p, ok := d.P()
		require.Equal(t, c.P != nil, ok, c)
		if ok {
			near(t, *c.Z, z, c)
			near(t, *c.P, p, c)
		}
	}
	for _, c := range all.Real {
		t.Run(c.File, func(t *testing.T) {
			require.Equal(t, "2017_SFO_Customer_Survey.csv", c.File, "an unknown file")
			answers := sfo2017(t)
			counts := map[string]int64{}
			weighted := metrics.WeightedNetPromoterOf(answers.each(counts))
			plain := weighted.Unweighted()
			require.Equal(t, c.N, plain.N())
			require.Equal(t, c.Excluded, plain.Invalid)
			for score, n := range c.Counts {
				require.Equal(t, n, counts[score], score)
			}
			score, err := weighted.Score()
			require.NoError(t, err)
			near(t, c.Weighted, score)
			kish, err := weighted.KishN()
			require.NoError(t, err)
			near(t, c.KishN, kish)
			se, err := weighted.StandardError(metrics.Kish)
			require.NoError(t, err)
			near(t, c.SE, se)
		})
	}
	golden.Count(t, file, len(all.Cases)+len(all.TwoSample)+len(all.Real))
}

func proportionVectors(t *testing.T, v *golden.Vectors, file string) {
	var all []struct {
		X, N      int64
		Conf      float64
		P         *float64
		Wilson    *[2]float64
		Exact     *[2]float64 `json:"clopper_pearson"`
		Jeffreys  *[2]float64
		Coull     *[2]float64 `json:"agresti_coull"`
		Undefined bool
	}
	if !decode(t, v, file, &all) {
		return
	}
	for _, c := range all {
		p, err := metrics.ProportionFromCounts(c.X, c.N)
		require.NoError(t, err)
		r, err := p.Ratio()
		ratio(t, c.P, r, err, c)
		if c.Undefined {
			_, err := p.Interval(metrics.Wilson, 0.95)
			require.ErrorIs(t, err, metrics.ErrNoData)
			continue
		}
		for method, want := range map[metrics.Method]*[2]float64{
			metrics.Wilson: c.Wilson, metrics.ClopperPearson: c.Exact, metrics.Jeffreys: c.Jeffreys, metrics.AgrestiCoull: c.Coull,
		} {
			i, err := p.Interval(method, c.Conf)
			require.NoError(t, err)
			tight(t, want[0], i.Low, "%v of %+v", method, c)
			tight(t, want[1], i.High, "%v of %+v", method, c)
		}
	}
	golden.Count(t, file, len(all))
}

func number(t *testing.T, n json.Number) decimal.Decimal {
	t.Helper()
	d, err := decimal.NewFromString(n.String())
	require.NoError(t, err)
	return d
}

func saasVectors(t *testing.T, v *golden.Vectors, file string) {
	var all struct {
		Movements []struct {
			Start, New, Expansion, Contraction, Churn, Reactivation, End json.Number

			NetNew        json.Number `json:"net_new_mrr"`
			NRR           *float64    `json:"nrr_pct"`
			GRR           *float64    `json:"grr_pct"`
			GrossChurn    *float64    `json:"gross_mrr_churn_pct"`
			NetChurn      *float64    `json:"net_mrr_churn_pct"`
			NetChurnReact *float64    `json:"net_mrr_churn_incl_reactivation_pct"`
			QuickRatio    *float64    `json:"quick_ratio"`
		}
		Classify []struct {
			Prev, Cur string
			Seen      bool `json:"seen_before"`
			Kind      string
		}
		Annualise []struct{ Annual, MRR, Note string }
		Unit      []struct {
			CAC     *string
			ARPA    string
			Margin  string  `json:"gross_margin"`
			Churn   *string `json:"monthly_churn"`
			Payback *string `json:"payback_months"`
			LTV     *string
			Note    string
		}
		Geometric []struct {
			Monthly   float64  `json:"monthly_churn"`
			Retention *float64 `json:"annual_retention"`
			Annual    float64  `json:"annual_churn"`
			Note      string
		}
		Vendors map[string]string // prose
	}
	if !decode(t, v, file, &all) {
		return
	}
	for _, c := range all.Movements {
		m := metrics.RevenueMovement{
			Start: number(t, c.Start), New: number(t, c.New), Expansion: number(t, c.Expansion),
			Contraction: number(t, c.Contraction), Churn: number(t, c.Churn), Reactivation: number(t, c.Reactivation),
		}
		require.NoError(t, m.Check(), c)
		require.True(t, number(t, c.End).Equal(m.End()), c)
		require.True(t, number(t, c.NetNew).Equal(m.NetNew()), c)
		for _, f := range []struct {
			want *float64
			got  func() (metrics.Ratio, error)
		}{
			{c.NRR, m.NRR},
			{c.GRR, m.GRR},
			{c.GrossChurn, m.GrossChurn},
			{c.NetChurn, m.NetChurn},
			{c.NetChurnReact, m.NetChurnWithReactivation},
		} {
			r, err := f.got()
			percent(t, f.want, r, err, c)
		}
		r, err := m.QuickRatio()
		ratio(t, c.QuickRatio, r, err, c)
	}
	for _, c := range all.Classify {
		got, err := metrics.ClassifyMovement(decimal.RequireFromString(c.Prev), decimal.RequireFromString(c.Cur), c.Seen)
		require.NoError(t, err)
		require.Equal(t, c.Kind, got.String(), c)
	}
	for _, c := range all.Annualise {
		want := decimal.RequireFromString(c.MRR)
		monthly, err := metrics.MonthlyOfAnnual(decimal.RequireFromString(c.Annual))
		require.NoError(t, err)
		require.True(t, want.Equal(monthly.Decimal(-want.Exponent())), c)
		parts, err := metrics.Spread(decimal.RequireFromString(c.Annual), 12, 2)
		require.NoError(t, err)
		require.True(t, decimal.RequireFromString(c.Annual).Equal(decimal.Sum(parts[0], parts[1:]...)), c)
	}
	text := func(want *string, r metrics.Ratio, err error, c any) {
		t.Helper()
		if want == nil {
			require.ErrorIs(t, err, metrics.ErrUndefined, c)
			return
		}
		require.NoError(t, err, c)
		require.True(t, decimal.RequireFromString(*want).Equal(r.Decimal(12)), c)
	}
	for _, c := range all.Unit {
		arpa, margin := decimal.RequireFromString(c.ARPA), decimal.RequireFromString(c.Margin)
		require.True(t, c.CAC != nil || c.Churn != nil, "a case of an unknown kind: %+v", c)
		if c.CAC != nil {
			r, err := metrics.Payback(decimal.RequireFromString(*c.CAC), arpa, margin)
			text(c.Payback, r, err, c)
		}
		if c.Churn != nil {
			r, err := metrics.MarginCLTV(arpa, margin, decimal.RequireFromString(*c.Churn))
			text(c.LTV, r, err, c)
		}
	}
	for _, c := range all.Geometric {
		annual, err := metrics.CompoundChurn(c.Monthly, 12)
		require.NoError(t, err)
		tight(t, c.Annual, annual, c)
		if c.Retention != nil {
			kept, err := metrics.NewRatio(decimal.NewFromFloat(c.Monthly), decimal.NewFromInt(1))
			require.NoError(t, err)
			year := make([]metrics.Ratio, 12)
			for i := range year {
				year[i] = kept.Complement()
			}
			r, err := metrics.CompoundRetention(year...)
			require.NoError(t, err)
			tight(t, *c.Retention, r.Float(), c)
		}
	}
	golden.Count(t, file, len(all.Movements)+len(all.Classify)+len(all.Annualise)+len(all.Unit)+len(all.Geometric))
}

func upliftVectors(t *testing.T, v *golden.Vectors, file string) {
	var all []struct {
		Treat, Control [2]int64
		Abs            *float64 `json:"abs_lift"`
		Rel            *float64 `json:"rel_lift"`
		Z              *float64 `json:"z_pooled"`
		P              *float64 `json:"p_two_sided"`
		Newcombe95     *[2]float64
		Incremental    *float64
		Note           string
	}
	if !decode(t, v, file, &all) {
		return
	}
	for _, c := range all {
		a, err := metrics.TwoArmFromCounts(c.Treat[0], c.Treat[1], c.Control[0], c.Control[1])
		require.NoError(t, err)
		abs, err := a.Absolute()
		ratio(t, c.Abs, abs, err, c)
		rel, err := a.Relative()
		ratio(t, c.Rel, rel, err, c)
		inc, err := a.Incremental()
		ratio(t, c.Incremental, inc, err, c)
		i, err := a.Interval(0.95)
		if c.Newcombe95 == nil {
			require.ErrorIs(t, err, metrics.ErrUndefined, c)
			continue
		}
		require.NoError(t, err)
		tight(t, c.Newcombe95[0], i.Low, c)
		tight(t, c.Newcombe95[1], i.High, c)
		z, p, err := a.Z()
		if c.Z == nil {
			require.ErrorIs(t, err, metrics.ErrUndefined, c)
			continue
		}
		require.NoError(t, err)
		near(t, *c.Z, z, c)
		tight(t, *c.P, p, c)
	}
	golden.Count(t, file, len(all))
}

func concentrationVectors(t *testing.T, v *golden.Vectors, file string) {
	var all []struct {
		Values   []json.Number
		Gini     *float64
		Unbiased *float64 `json:"gini_unbiased"`
		HHI      *float64
		Top      *float64 `json:"top20_share"`
		Note     string
	}
	if !decode(t, v, file, &all) {
		return
	}
	for _, c := range all {
		got, err := metrics.ConcentrationOf(func(yield func(decimal.Decimal) bool) {
			for _, n := range c.Values {
				if !yield(number(t, n)) {
					return
				}
			}
		})
		if c.Gini == nil {
			require.ErrorIs(t, err, metrics.ErrNoData, c)
			continue
		}
		require.NoError(t, err)
		tight(t, *c.Gini, got.Gini().Float(), c)
		sample, ok := got.SampleGini()
		require.Equal(t, c.Unbiased != nil, ok, c)
		if ok {
			tight(t, *c.Unbiased, sample.Float(), c)
		}
		tight(t, *c.HHI, got.HHI().Float(), c)
		top, err := got.TopShare(20)
		ratio(t, c.Top, top, err, c)
	}
	golden.Count(t, file, len(all))
}

func erlangVectors(t *testing.T, v *golden.Vectors, file string) {
	type figures struct {
		Erlangs      float64
		Agents       int
		Within       float64 `json:"within_s"`
		AHT          float64 `json:"aht_s"`
		PWait        float64 `json:"p_wait"`
		ServiceLevel float64 `json:"service_level"`
		ASA          float64 `json:"asa_s"`
		Occupancy    float64
	}
	var all struct {
		Staffing []struct {
			figures
			Calls   float64
			Period  float64 `json:"period_s"`
			Target  float64
			ErlangB float64 `json:"erlang_b"`
		}
		Fixed []figures `json:"fixed_agents"`
		Table []struct {
			A    json.RawMessage
			N    int
			B, C *float64
		}
		Note string
	}
	if !decode(t, v, file, &all) {
		return
	}
	seconds := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	compare := func(want figures, got metrics.Queue) {
		t.Helper()
		require.Equal(t, want.Agents, got.Agents, want)
		near(t, want.PWait, got.WaitShare, want)
		near(t, want.ServiceLevel, got.ServiceLevel, want)
		near(t, want.ASA, got.ASASeconds, want)
		tight(t, want.Occupancy, got.Occupancy, want)
	}
	for _, c := range all.Staffing {
		load, err := metrics.OfferedLoad(c.Calls, seconds(c.Period), seconds(c.AHT))
		require.NoError(t, err)
		near(t, c.Erlangs, load, c)
		got, err := metrics.StaffQueue(load, seconds(c.AHT), seconds(c.Within), c.Target)
		require.NoError(t, err)
		compare(c.figures, got)
		lost, err := metrics.ErlangB(load, got.Agents)
		require.NoError(t, err)
		near(t, c.ErlangB, lost, c)
	}
	for _, c := range all.Fixed {
		got, err := metrics.NewQueue(c.Erlangs, c.Agents, seconds(c.AHT), seconds(c.Within))
		require.NoError(t, err)
		compare(c, got)
	}
	for _, c := range all.Table {
		load, err := json.Number(strings.Trim(string(c.A), `"`)).Float64()
		require.NoError(t, err)
		b, err := metrics.ErlangB(load, c.N)
		require.NoError(t, err)
		near(t, *c.B, b, c)
		wait, err := metrics.ErlangC(load, c.N)
		if c.C == nil {
			require.ErrorIs(t, err, metrics.ErrUndefined, c)
			continue
		}
		require.NoError(t, err)
		near(t, *c.C, wait, c)
	}
	golden.Count(t, file, len(all.Staffing)+len(all.Fixed)+len(all.Table))
}

func rfmVectors(t *testing.T, v *golden.Vectors, file string) {
	var c struct {
		Values    []float64
		Bins      int
		Quantiles []float64 `json:"quantiles_type7"`
		Left      []int     `json:"quantile_left_closed"`
		Right     []int     `json:"quantile_right_closed"`
		NTile     []int     `json:"sql_ntile"`
		MidRank   []int     `json:"midrank"`
		Note      string
	}
	if !decode(t, v, file, &c) {
		return
	}
	cuts, err := metrics.Cuts(c.Values, c.Bins)
	require.NoError(t, err)
	require.InDeltaSlice(t, c.Quantiles, cuts, 1e-12)
	for rule, want := range map[metrics.TieRule][]int{
		metrics.QuantileLeftClosed: c.Left, metrics.QuantileRightClosed: c.Right,
		metrics.NTile: c.NTile, metrics.MidRank: c.MidRank,
	} {
		got, err := metrics.ScoreValues(c.Values, c.Bins, rule)
		require.NoError(t, err)
		require.Equal(t, want, got, rule.String())
	}
	golden.Count(t, file, 5)
}
