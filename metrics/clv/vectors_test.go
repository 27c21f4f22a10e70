package clv_test

import (
	"encoding/csv"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
	"github.com/rapport-go/rapport/metrics/clv"
)

// The tolerances of the vectors' README: log-likelihood relative 1e-11, probabilities absolute 1e-12
// and relative 1e-9 above 1e-300, expectations relative 1e-9.
func closeLogLik(t *testing.T, want, have float64) {
	t.Helper()
	require.InDelta(t, want, have, 1e-11*math.Abs(want))
}

func closeProbability(t *testing.T, want, have float64) {
	t.Helper()
	require.InDelta(t, want, have, 1e-12)
	if want > 1e-300 {
		require.InEpsilon(t, want, have, 1e-9)
	}
}

// closeMass compares a point of a probability mass function. The file's values are one minus a
// sum in 60-digit arithmetic, so they carry an absolute error of about 1e-63, which is all of
// bgnbd_population.csv:209 (see TestProbabilityFarTail) and the tenth digit of :217.
func closeMass(t *testing.T, want, have float64) {
	t.Helper()
	require.InDelta(t, want, have, 1e-12)
	if want > 1e-300 {
		require.InDelta(t, want, have, 1e-9*want+1e-63)
	}
}

func closeExpectation(t *testing.T, want, have float64) {
	t.Helper()
	if math.Abs(want) < 1e-300 {
		require.InDelta(t, want, have, 1e-300)
		return
	}
	require.InEpsilon(t, want, have, 1e-9)
}

// record is one row of a vector file by column.
type record struct {
	t     *testing.T
	cells map[string]string
}

func (r record) text(column string) string {
	v, ok := r.cells[column]
	require.True(r.t, ok, "no column %s", column)
	return v
}

func (r record) float(column string) float64 {
	v, err := strconv.ParseFloat(r.text(column), 64)
	if err != nil && (!strings.Contains(err.Error(), "out of range") || v != 0) {
		require.NoError(r.t, err, column)
	}
	return v
}

func (r record) int(column string) int {
	v, err := strconv.Atoi(r.text(column))
	require.NoError(r.t, err, column)
	return v
}

func records(t *testing.T, data []byte) (header []string, out []record) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	require.NoError(t, err)
	header = rows[0]
	for _, row := range rows[1:] {
		r := record{t, map[string]string{}}
		for i, c := range header {
			r.cells[c] = row[i]
		}
		out = append(out, r)
	}
	return header, out
}

// vectorModel reads a buying model's parameters and the prefix of its columns.
func vectorModel(t *testing.T, r record) clv.Transactions {
	t.Helper()
	if _, ok := r.cells["s"]; ok {
		return clv.ParetoNBD{R: r.float("r"), Alpha: r.float("alpha"), S: r.float("s"), Beta: r.float("beta"), Unit: clv.Week}
	}
	return clv.BGNBD{R: r.float("r"), Alpha: r.float("alpha"), A: r.float("a"), B: r.float("b"), Unit: clv.Week}
}

func checkCustomerRow(t *testing.T, header []string, m clv.Transactions, r record) {
	t.Helper()
	s := clv.Summary{X: r.int("x"), TX: r.float("tx"), T: r.float("T")}
	for _, column := range header {
		switch {
		case column == "loglik":
			have, err := m.LogLik(s)
			require.NoError(t, err)
			closeLogLik(t, r.float(column), have)
		case column == "palive":
			have, err := m.PAlive(s)
			require.NoError(t, err)
			closeProbability(t, r.float(column), have)
		case strings.HasPrefix(column, "cond_t"):
			length, err := strconv.ParseFloat(strings.TrimPrefix(column, "cond_t"), 64)
			require.NoError(t, err)
			have, err := m.Expected(s, clv.Weeks(length))
			require.NoError(t, err)
			closeExpectation(t, r.float(column), have)
		case strings.HasPrefix(column, "dert_d"):
			delta, err := strconv.ParseFloat(strings.TrimPrefix(column, "dert_d"), 64)
			require.NoError(t, err)
			rate, err := clv.Continuous(delta, clv.Week)
			require.NoError(t, err)
			have, err := m.DERT(s, rate)
			require.NoError(t, err)
			closeExpectation(t, r.float(column), have)
		default:
			require.Contains(t, []string{"r", "alpha", "a", "b", "s", "beta", "x", "tx", "T"}, column)
		}
	}
}

func TestVectors(t *testing.T) {
	t.Parallel()
	v := golden.OpenVectors(t, "metrics")
	t.Run("customer", func(t *testing.T) { customerVectors(t, v) })
	t.Run("population", func(t *testing.T) { populationVectors(t, v) })
	t.Run("opportunities", func(t *testing.T) { opportunityVectors(t, v) })
	t.Run("contract", func(t *testing.T) { contractVectors(t, v) })
	t.Run("spend", func(t *testing.T) { spendVectors(t, v) })
	t.Run("contract fits", func(t *testing.T) { contractFits(t, v) })
	t.Run("hard fits", func(t *testing.T) { hardFits(t, v) })
	t.Run("reference fits", func(t *testing.T) { referenceFits(t, v) })
}

func customerVectors(t *testing.T, v *golden.Vectors) {
	t.Helper()
	for _, file := range []string{"bgnbd_customer.csv", "mbgnbd_customer.csv", "pnbd_customer.csv"} {
		data, ok := v.Read(t, file)
		if !ok {
			continue
		}
		header, rows := records(t, data)
		for i, r := range rows {
			m := vectorModel(t, r)
			if file == "mbgnbd_customer.csv" {
				m = clv.MBGNBD(m.(clv.BGNBD))
			}
			t.Run(file+":"+strconv.Itoa(i+2), func(t *testing.T) { checkCustomerRow(t, header, m, r) })
		}
		golden.Count(t, file, len(rows))
	}
}

func populationVectors(t *testing.T, v *golden.Vectors) {
	t.Helper()
	for _, file := range []string{"bgnbd_population.csv", "pnbd_population.csv"} {
		data, ok := v.Read(t, file)
		if !ok {
			continue
		}
		_, rows := records(t, data)
		for i, r := range rows {
			t.Run(file+":"+strconv.Itoa(i+2), func(t *testing.T) {
				if file == "pnbd_population.csv" {
					checkMean(t, vectorModel(t, r), r, "mean")
					return
				}
				m := vectorModel(t, r).(clv.BGNBD)
				switch r.text("kind") {
				case "mean":
					checkMean(t, m, r, "bgnbd")
					checkMean(t, clv.MBGNBD(m), r, "mbgnbd")
				case "pmf":
					have, err := m.Probability(r.int("n"), clv.Weeks(r.float("t")))
					require.NoError(t, err)
					closeMass(t, r.float("bgnbd"), have)
				default:
					require.Fail(t, "unknown kind", r.text("kind"))
				}
			})
		}
		golden.Count(t, file, len(rows))
	}
}

func checkMean(t *testing.T, m clv.Transactions, r record, column string) {
	t.Helper()
	have, err := m.Mean(clv.Weeks(r.float("t")))
	require.NoError(t, err)
	closeExpectation(t, r.float(column), have)
}

// eachRow runs a check on every row of a file.
func eachRow(t *testing.T, v *golden.Vectors, file string, check func(t *testing.T, header []string, r record)) {
	t.Helper()
	data, ok := v.Read(t, file)
	if !ok {
		return
	}
	header, rows := records(t, data)
	for i, r := range rows {
		t.Run(file+":"+strconv.Itoa(i+2), func(t *testing.T) {
			r.t = t
			check(t, header, r)
		})
	}
	golden.Count(t, file, len(rows))
}

// suffix is the number that a column's name ends with.
func suffix(t *testing.T, column, prefix string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(strings.TrimPrefix(column, prefix), 64)
	require.NoError(t, err, column)
	return v
}

func effective(t *testing.T, d float64) clv.Rate {
	t.Helper()
	r, err := clv.Effective(d, clv.Year)
	require.NoError(t, err)
	return r
}

func opportunityVectors(t *testing.T, v *golden.Vectors) {
	t.Helper()
	eachRow(t, v, "bgbb.csv", func(t *testing.T, header []string, r record) {
		m := clv.BGBB{Alpha: r.float("alpha"), Beta: r.float("beta"), Gamma: r.float("gamma"), Delta: r.float("delta"), Unit: clv.Year}
		s := clv.Summary{X: r.int("x"), TX: r.float("tx"), T: r.float("n")}
		for _, column := range header {
			switch {
			case column == "loglik":
				have, err := m.LogLik(s)
				require.NoError(t, err)
				closeLogLik(t, r.float(column), have)
			case column == "palive_n+1":
				have, err := m.PAlive(s)
				require.NoError(t, err)
				closeProbability(t, r.float(column), have)
			case strings.HasPrefix(column, "cond_"):
				have, err := m.Expected(s, int(suffix(t, column, "cond_")))
				require.NoError(t, err)
				closeExpectation(t, r.float(column), have)
			case strings.HasPrefix(column, "dert_d"):
				have, err := m.DERT(s, effective(t, suffix(t, column, "dert_d")))
				require.NoError(t, err)
				closeExpectation(t, r.float(column), have)
			default:
				require.Contains(t, []string{"alpha", "beta", "gamma", "delta", "x", "tx", "n"}, column)
			}
		}
	})
}

func contractVectors(t *testing.T, v *golden.Vectors) {
	t.Helper()
	eachRow(t, v, "sbg.csv", func(t *testing.T, header []string, r record) {
		m := clv.ShiftedBetaGeometric{Alpha: r.float("alpha"), Beta: r.float("beta"), Unit: clv.Year}
		n := r.int("t")
		// With c = 1 the beta-discrete-Weibull is the same model by another road.
		w := clv.BetaDiscreteWeibull{Alpha: m.Alpha, Beta: m.Beta, C: 1, Unit: clv.Year}
		for _, column := range header {
			switch {
			case column == "survival":
				have, err := m.Survival(n)
				require.NoError(t, err)
				closeProbability(t, r.float(column), have)
				have, err = w.Survival(n)
				require.NoError(t, err)
				closeProbability(t, r.float(column), have)
			case column == "p_churn_at_t":
				have, err := m.Churn(n)
				require.NoError(t, err)
				closeProbability(t, r.float(column), have)
			case column == "retention_rate":
				have, err := m.Retention(n)
				require.NoError(t, err)
				closeProbability(t, r.float(column), have)
				have, err = w.Retention(n)
				require.NoError(t, err)
				closeProbability(t, r.float(column), have)
			case strings.HasPrefix(column, "DEL_d"):
				rate := effective(t, suffix(t, column, "DEL_d"))
				have, err := m.DEL(rate)
				require.NoError(t, err)
				closeExpectation(t, r.float(column), have)
				have, err = w.DEL(rate)
				require.NoError(t, err)
				closeExpectation(t, r.float(column), have)
			case strings.HasPrefix(column, "DERL_d") && strings.HasSuffix(column, "_n=t"):
				rate := effective(t, suffix(t, strings.TrimSuffix(column, "_n=t"), "DERL_d"))
				have, err := m.DERL(n, rate)
				require.NoError(t, err)
				closeExpectation(t, r.float(column), have)
				have, err = w.DERL(n, rate)
				require.NoError(t, err)
				closeExpectation(t, r.float(column), have)
			default:
				require.Contains(t, []string{"alpha", "beta", "t"}, column)
			}
		}
	})
}

func spendVectors(t *testing.T, v *golden.Vectors) {
	t.Helper()
	eachRow(t, v, "gammagamma.csv", func(t *testing.T, header []string, r record) {
		m := clv.GammaGamma{P: r.float("p"), Q: r.float("q"), V: r.float("v")}
		for _, column := range header {
			switch column {
			case "loglik":
				have, err := m.LogLik(r.int("x"), r.float("m"))
				require.NoError(t, err)
				closeLogLik(t, r.float(column), have)
			case "cond_mean":
				have, err := m.Expected(r.int("x"), r.float("m"))
				closeOrUndefined(t, r, column, have, err)
			case "pop_mean":
				have, err := m.Mean()
				closeOrUndefined(t, r, column, have, err)
			default:
				require.Contains(t, []string{"p", "q", "v", "x", "m"}, column)
			}
		}
	})
}

func closeOrUndefined(t *testing.T, r record, column string, have float64, err error) {
	t.Helper()
	if r.text(column) == "undefined" {
		require.ErrorIs(t, err, clv.ErrUndefined)
		return
	}
	require.NoError(t, err)
	closeExpectation(t, r.float(column), have)
}
