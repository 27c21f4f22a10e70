package match

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// writeSQL writes a condition as Splink writes it for DuckDB.
func writeSQL(c Condition) string {
	binary := func(name, sign string) string {
		return fmt.Sprintf("%s(%s, %s) %s %s", name, writeOperand(*c.A), writeOperand(*c.B), sign, strconv.FormatFloat(c.Threshold, 'f', -1, 64))
	}
	switch c.Op {
	case OpElse:
		return "ELSE"
	case OpAnd, OpOr:
		var args []string
		for _, a := range c.Args {
			args = append(args, "("+writeSQL(a)+")")
		}
		return strings.Join(args, map[Op]string{OpAnd: " AND ", OpOr: " or "}[c.Op])
	case OpMissing:
		return writeOperand(*c.A) + " IS NULL"
	case OpPresent:
		return writeOperand(*c.A) + " is not null"
	case OpEqual:
		return writeOperand(*c.A) + " = " + writeOperand(*c.B)
	case OpJaro:
		return binary("jaro_similarity", ">=")
	case OpJaroWinkler:
		return binary("jaro_winkler_similarity", ">=")
	case OpLevenshtein:
		return binary("levenshtein", "<=")
	case OpDamerau:
		return binary("damerau_levenshtein", "<=")
	case OpApart:
		return fmt.Sprintf("ABS(EPOCH(%s) - EPOCH(%s)) <= %s", writeOperand(*c.A), writeOperand(*c.B), strconv.FormatFloat(c.Threshold, 'f', -1, 64))
	}
	panic("not in Splink's SQL")
}

func writeOperand(o Operand) string {
	name := `"` + o.Field + `_l"`
	if o.Right {
		name = o.Field + "_r"
	}
	switch o.Form.Kind {
	case AsDate:
		return fmt.Sprintf("try_strptime(%s, '%%Y-%%m-%%d')", name)
	case AsMatch:
		return fmt.Sprintf("NULLIF(regexp_extract(%s, '%s', 0), '')", name, o.Form.Pattern)
	case AsPrefix:
		return fmt.Sprintf("SUBSTRING(%s, %d, %d)", name, o.Form.From, o.Form.N)
	}
	return name
}

func drawCondition(t *rapid.T, depth int) Condition {
	operand := func(label string) *Operand {
		o := &Operand{Field: rapid.SampledFrom([]string{"first_name", "dob", "a", "x_l", "Y2"}).Draw(t, label), Right: rapid.Bool().Draw(t, "right")}
		switch rapid.IntRange(0, 5).Draw(t, "form") {
		case 0:
			o.Form = Form{Kind: AsDate}
		case 1:
			o.Form = Form{Kind: AsMatch, Pattern: rapid.SampledFrom([]string{"^[A-Z]{1,2}", "^[^@]+", "[0-9]+ "}).Draw(t, "pattern")}
		case 2:
			o.Form = Form{Kind: AsPrefix, From: rapid.IntRange(1, 4).Draw(t, "from"), N: rapid.IntRange(1, 9).Draw(t, "n")}
		}
		return o
	}
	ops := []Op{OpElse, OpMissing, OpPresent, OpEqual, OpJaro, OpJaroWinkler, OpLevenshtein, OpDamerau, OpApart}
	if depth < 4 {
		ops = append(ops, OpAnd, OpOr, OpAnd, OpOr)
	}
	c := Condition{Op: rapid.SampledFrom(ops).Draw(t, "op")}
	switch c.Op {
	case OpElse:
	case OpAnd, OpOr:
		for range rapid.IntRange(2, 3).Draw(t, "args") {
			c.Args = append(c.Args, drawCondition(t, depth+1))
		}
	case OpMissing, OpPresent:
		c.A = operand("a")
	default:
		c.A, c.B = operand("a"), operand("b")
		if c.Op != OpEqual {
			c.Threshold = float64(rapid.IntRange(0, 4000).Draw(t, "threshold")) / 64
		}
	}
	return c
}

// What Splink writes is read back as what it says.
func TestSQLRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := drawCondition(t, 0)
		text := writeSQL(want)
		got, err := parseSQL(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	})
}

// AND binds tighter than OR; what is not understood is refused and never taken for
// something else.
func TestSQLMeaning(t *testing.T) {
	t.Parallel()
	c, err := parseSQL(`a_l IS NULL OR b_l = b_r AND c_l = c_r`)
	require.NoError(t, err)
	require.Equal(t, OpOr, c.Op)
	require.Equal(t, []Op{OpMissing, OpAnd}, []Op{c.Args[0].Op, c.Args[1].Op})
	for _, text := range []string{
		"", " ", "a", "a_l", "a_l =", "= a_r", "a_l = a_r b_l", "a_l == a_r", "a_l <> a_r", "a_l = 'x'", "1 = 1", "NOT a_l IS NULL", "(a_l = a_r", "a_l = a_r)",
		"a_l IS", "a_l IS NOT", "l.a = r", "l. = r.a", "m.a = r.a", `"a_l = a_r`, "'a_l' = a_r", "ELSE ELSE", "a_l = a_r AND", "OR a_l = a_r",
		"jaro_winkler_similarity(a_l, a_r)", "jaro_winkler_similarity(a_l, a_r) <= 0.9", "jaro_winkler_similarity(a_l, a_r) > 0.9", "levenshtein(a_l, a_r) >= 1",
		"levenshtein(a_l) <= 1", "levenshtein(a_l, a_r, a_r) <= 1", "levenshtein(a_l, a_r) <= 1.1.1", "levenshtein(a_l, a_r) <= 99999999999999999999999999999999999999999x",
		"ABS(a_l - a_r) <= 3", "ABS(EPOCH(a_l) + EPOCH(a_r)) <= 3", "ABS(EPOCH(a_l)) <= 3", "substring(a_l, 0, 3) = substring(a_r, 0, 3)", "substring(a_l, 1) = a_r",
		"substring(a_l, -1, 3) = a_r", "substring(a_l, 1, 99999999999999999999) = a_r", "regexp_extract(a_l, 'x', 1) = a_r", "try_strptime(a_l, '%d.%m.%Y') = a_r",
		"nullif(a_l, 'x') = a_r", "lower(a_l) = lower(a_r)", "a_l = a_r; DROP TABLE x", "a_l = a_r -- x", "a_l = a_r /* x */", "a_l = \x00", "a_l = é_r",
		strings.Repeat("(", 5000) + "a_l = a_r" + strings.Repeat(")", 5000), strings.Repeat("a_l = a_r AND ", 5000) + "a_l = a_r",
	} {
		_, err := parseSQL(text)
		require.Error(t, err, "%q", text)
	}
}

func FuzzParseSQL(f *testing.F) {
	for _, s := range []string{
		`"first_name_l" IS NULL OR "first_name_r" IS NULL`, `jaro_winkler_similarity("a_l", "a_r") >= 0.92`, `ELSE`,
		`ABS(EPOCH(try_strptime("dob_l", '%Y-%m-%d')) - EPOCH(try_strptime("dob_r", '%Y-%m-%d'))) <= 2629800.0`,
		`NULLIF(regexp_extract("p_l", '^[A-Za-z]{1,2}', 0), '') = NULLIF(regexp_extract("p_r", '^[A-Za-z]{1,2}', 0), '')`,
		`(l."a" = r."a") AND (SUBSTR(l.b, 1, 3) = SUBSTR(r.b, 1, 3))`, "((((((((((((ELSE))))))))))))", `damerau_levenshtein(a_l, a_r) <= 1 or levenshtein(a_l, a_r) <= 2`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseSQL(text)
		if err != nil {
			return
		}
		fs := &faults{err: ErrModel}
		c.check("", 0, fs)
		for _, e := range fs.list { // only a pattern can still be wrong
			require.Contains(t, e.Error(), "pattern")
		}
		if len(fs.list) > 0 || slices.ContainsFunc(fieldsOf(&c), func(f string) bool { return !plainName(f) }) {
			return
		}
		again, err := parseSQL(writeSQL(c))
		if err == nil { // a quote within a pattern cannot be written
			require.Equal(t, c, again)
		}
	})
}

func fieldsOf(c *Condition) []string {
	var out []string
	c.fields(func(f string) { out = append(out, f) })
	return out
}

func plainName(s string) bool {
	for i := range len(s) {
		if !wordByte(s[i]) {
			return false
		}
	}
	return s != "" && (s[0] < '0' || s[0] > '9')
}
