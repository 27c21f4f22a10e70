package survey_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// expressionJob is one expression for the oracle.
type expressionJob struct {
	ID     string         `json:"id"`
	Expr   string         `json:"expr"`
	Values map[string]any `json:"values"`
	Now    string         `json:"now"`
}

// expressionWriter writes random expressions of survey-core's language: well-typed
// ones, ill-typed ones, and spellings that only just parse or do not.
type expressionWriter struct {
	r *rand.Rand
}

func (w expressionWriter) job(id int) expressionJob {
	job := expressionJob{ID: strconv.Itoa(id), Values: w.values(), Now: w.pick("2026-01-15T09:00:00Z", "2024-02-29T23:59:59Z", "2025-12-31T00:00:00Z")}
	switch w.r.IntN(10) {
	case 0, 1, 2:
		job.Expr = w.condition(3)
	case 3, 4:
		job.Expr = w.number(3)
	case 5, 6:
		job.Expr = w.loose(2)
	case 7:
		job.Expr = w.aggregate()
	case 8:
		job.Expr = w.date(2)
	default:
		job.Expr = w.damage(w.condition(2))
	}
	return job
}

func (w expressionWriter) pick(options ...string) string { return options[w.r.IntN(len(options))] }

// values gives every name a value of its sort, now and then one of another sort or none.
func (w expressionWriter) values() map[string]any {
	out := map[string]any{}
	sorts := map[string]func() any{
		"n1": w.aNumber, "n2": w.aNumber, "n3": w.aNumber, "s1": w.aText, "s2": w.aText, "b1": w.aBool, "b2": w.aBool,
		"a1": w.aList, "a2": w.aList, "d1": w.aDay, "d2": w.aDay, "o1": w.anObject, "p1": w.rows, "P 2": w.rows,
		"質問 1": w.aText, "a.b": w.aNumber, "x": w.anything, "y": w.anything, "z": w.anything,
	}
	for _, name := range []string{"n1", "n2", "n3", "s1", "s2", "b1", "b2", "a1", "a2", "d1", "d2", "o1", "p1", "P 2", "質問 1", "a.b", "x", "y", "z"} {
		switch w.r.IntN(12) {
		case 0:
		case 1:
			out[name] = w.anything()
		default:
			out[name] = sorts[name]()
		}
	}
	return out
}

func (w expressionWriter) aNumber() any {
	switch w.r.IntN(6) {
	case 0:
		return float64(w.r.IntN(2000)-1000) / 10
	case 1:
		return float64(w.r.IntN(200_000)-100_000) / 1000
	case 2:
		return []float64{0, 1e21, 1.5e-7, 12345678901234, -0.1, 0.1, 0.2, 1e-6, 9007199254740993, 1.005, 2.675, 1e15, 123456.789}[w.r.IntN(13)]
	default:
		return float64(w.r.IntN(25) - 8)
	}
}

func (w expressionWriter) aText() any {
	return w.pick("red", "Blue", "GREEN", "寿司", "a", "B", "", " ", " red ", "1", "10", "9", "007", "1,5", "1.50", "0x10", "true", "False",
		"2026-01-15", "'quoted'", "\"", "1e3", "12abc", "-5", "ÉCOLE", "école", "Straße", "İstanbul", "ΟΔΟΣ", "οδος", "1/2", "3-4", "undefined", "null",
		"12345678901234567", "0", "0.0", "+3", ".5", "5.", "ß", "x=>y", "a equals b", "👪", "Infinity", "NaN", "1_000", "0b11", "\u00a07\u00a0", "\ufeff8")
}

func (w expressionWriter) aBool() any { return w.r.IntN(2) == 0 }

func (w expressionWriter) aDay() any {
	return w.pick("2026-01-15", "2026-01-02", "2024-02-29", "1980-12-31", "2026-01-15T10:30", "2026-01-15T10:30:20", "2026-01-15 10:30", "2026-01-15T10:30:20Z",
		"2026-01-15T10:30:20.123+02:00", "Jan 5, 2026", "15 March 2025 13:05", "2026/03/04", "3/4/2026", "2026-1-5", "2026", "2026-02", "2026-02-30", "10:30", "31/12/2025",
		"Thu, 01 Jan 2026 00:00:00 GMT", "2026-01-15T24:00:00", "2026-01-15T25:00:00", "12/25/95", "2026-01-15T10:30:20.5", "1 Feb 2026 5 pm", "20260115", "2026-13-01", "0099-01-01")
}

func (w expressionWriter) aList() any {
	n := w.r.IntN(4)
	out := make([]any, n)
	for i := range out {
		switch w.r.IntN(8) {
		case 0:
			out[i] = w.aNumber()
		case 1:
			out[i] = w.scalar()
		default:
			out[i] = w.pick("red", "Blue", "green", "寿司", "tea", "a", "b", "1", "2", "3")
		}
	}
	return out
}

func (w expressionWriter) anObject() any {
	out := map[string]any{}
	for _, name := range []string{"a", "B", "c.d", "x", "list"} {
		if w.r.IntN(2) == 0 {
			out[name] = w.scalar()
		}
	}
	if w.r.IntN(3) == 0 {
		out["list"] = w.aList()
	}
	return out
}

func (w expressionWriter) rows() any {
	out := make([]any, w.r.IntN(5))
	for i := range out {
		row := map[string]any{}
		for _, name := range []string{"q", "w", "name"} {
			switch w.r.IntN(8) {
			case 0:
			case 1:
				row[name] = w.scalar()
			case 2:
				row[name] = w.pick("red", "Blue", "1.5", "2")
			default:
				row[name] = w.aNumber()
			}
		}
		out[i] = row
	}
	return out
}

func (w expressionWriter) scalar() any {
	switch w.r.IntN(6) {
	case 0:
		return nil
	case 1:
		return w.aBool()
	case 2, 3:
		return w.aNumber()
	default:
		return w.aText()
	}
}

func (w expressionWriter) anything() any {
	switch w.r.IntN(8) {
	case 0:
		return w.aList()
	case 1:
		return w.anObject()
	case 2:
		return w.aDay()
	case 3:
		return []any{w.scalar(), w.scalar()}
	case 4:
		return []any{}
	default:
		return w.scalar()
	}
}

func (w expressionWriter) name(options ...string) string {
	name := w.pick(options...)
	if w.r.IntN(12) == 0 {
		name = strings.ToUpper(name)
	}
	if w.r.IntN(15) == 0 {
		name = "#" + name
	}
	return "{" + name + "}"
}

func (w expressionWriter) numberName() string {
	if w.r.IntN(8) == 0 {
		return w.pick("{a.b}", "{a1.length}", "{s1.length}", "{miss.length}", "{o1.a}", "{o1.c.d}", "{p1[0].q}", "{p1[-1].w}", "{a1[0]}", "{p1[9].q}", "{o1.list[1]}", "{P 2[0].name}", "{p1.length}", "{$n1}", "{x.y.z}", "{x.0}", "{x.a}")
	}
	return w.name("n1", "n2", "n3", "miss", "n1", "n2")
}

func (w expressionWriter) numeral() string {
	switch w.r.IntN(8) {
	case 0:
		return strconv.FormatFloat(float64(w.r.IntN(400))/10, 'f', -1, 64)
	case 1:
		return w.pick("0", "-1", "0.1", "0.2", "-0", "0x10", "1.005", "100", "12345678901234567890", "3.14159", "00.5")
	default:
		return strconv.Itoa(w.r.IntN(20))
	}
}

func (w expressionWriter) number(depth int) string {
	if depth == 0 || w.r.IntN(4) == 0 {
		if w.r.IntN(2) == 0 {
			return w.numeral()
		}
		return w.numberName()
	}
	switch w.r.IntN(9) {
	case 0:
		return fmt.Sprintf("iif(%s, %s, %s)", w.condition(depth-1), w.number(depth-1), w.number(depth-1))
	case 1:
		return fmt.Sprintf("%s(%s, %s)", w.pick("sum", "min", "max", "avg", "count"), w.number(depth-1), w.number(depth-1))
	case 2:
		return fmt.Sprintf("%s(%s)", w.pick("sum", "min", "max", "avg", "count"), w.listOperand())
	case 3:
		return fmt.Sprintf("%s(%s, %d)", w.pick("round", "trunc"), w.number(depth-1), w.r.IntN(5)-1)
	case 4:
		return fmt.Sprintf("%s %s %s", w.number(depth-1), w.pick("+", "-", "*", "/", "%", "^", "power"), w.number(depth-1))
	default:
		return fmt.Sprintf("(%s %s %s)", w.number(depth-1), w.pick("+", "-", "*", "/", "%", "+", "-", "*"), w.number(depth-1))
	}
}

func (w expressionWriter) word() string {
	if w.r.IntN(2) == 0 {
		return w.name("s1", "s2", "smiss", "質問 1")
	}
	return w.pick("'red'", "'Blue'", "'GREEN'", "\"寿司\"", "''", "' red '", "'1'", "'10'", "'9'", "red", "abc", "'true'", "'it\\'s'", "'école'", "'ΟΔΟΣ'", "'ß'", "'SS'", "'i̇stanbul'", "'x>=y'", "'a equal  b'", "'x=>y'")
}

func (w expressionWriter) listOperand() string {
	if w.r.IntN(2) == 0 {
		return w.name("a1", "a2", "amiss", "p1")
	}
	n := w.r.IntN(4)
	items := make([]string, n)
	for i := range items {
		items[i] = w.pick("'red'", "'Blue'", "'green'", "'寿司'", "'tea'", "1", "2", "'1'", "a", "b", "{n1}", "{s1}")
	}
	return "[" + strings.Join(items, ", ") + "]"
}

func (w expressionWriter) condition(depth int) string {
	if depth > 0 && w.r.IntN(2) == 0 {
		switch w.r.IntN(5) {
		case 0:
			return "!(" + w.condition(depth-1) + ")"
		case 1:
			return fmt.Sprintf("%s %s %s", w.condition(depth-1), w.pick("and", "or", "&&", "||", "AND", "Or"), w.condition(depth-1))
		default:
			return fmt.Sprintf("(%s %s %s)", w.condition(depth-1), w.pick("and", "or"), w.condition(depth-1))
		}
	}
	switch w.r.IntN(8) {
	case 0, 1:
		return fmt.Sprintf("%s %s %s", w.number(max(depth-1, 0)), w.pick("<", "<=", ">", ">=", "=", "==", "!=", "<>", "less", "greater", "lessorequal", "GreaterOrEqual", "equal", "notequal", "=>", "=<"), w.number(max(depth-1, 0)))
	case 2, 3:
		return fmt.Sprintf("%s %s %s", w.word(), w.pick("=", "!=", "<", ">", "<=", ">=", "contains", "notcontains", "*=", "anyof"), w.word())
	case 4, 5:
		return fmt.Sprintf("%s %s %s", w.listOperand(), w.pick("anyof", "allof", "noneof", "contains", "notcontains", "=", "!=", "contain", "notcontain"), w.pick(w.listOperand(), w.word()))
	case 6:
		return w.name("n1", "s1", "a1", "b1", "o1", "x", "miss") + " " + w.pick("empty", "notempty", "Empty", "NOTEMPTY")
	default:
		return fmt.Sprintf("%s %s %s", w.name("b1", "b2", "miss"), w.pick("=", "!="), w.pick("true", "false", "'true'", "True"))
	}
}

// loose mixes what should not be mixed.
func (w expressionWriter) loose(depth int) string {
	operand := func() string {
		switch w.r.IntN(8) {
		case 0:
			return w.numeral()
		case 1:
			return w.word()
		case 2:
			return w.listOperand()
		case 3:
			return w.pick("true", "false", "null", "undefined", "[]", "''", "today()", "getDate({d1})", "{\"a\": 1}", "{'a': 1}", "{\"q\": [1, 2]}", "min()", "iif(false, 1)")
		case 4:
			if depth > 0 {
				return "(" + w.loose(depth-1) + ")"
			}
		}
		return w.name("x", "y", "z", "n1", "s1", "a1", "b1", "o1", "d1", "p1")
	}
	return fmt.Sprintf("%s %s %s", operand(), w.pick("<", "<=", ">", ">=", "=", "!=", "+", "-", "*", "/", "%", "^", "and", "or", "contains", "notcontains", "anyof", "allof", "noneof"), operand())
}

func (w expressionWriter) aggregate() string {
	args := []string{w.name("p1", "P 2", "p1", "x", "o1", "a1"), w.pick("'q'", "'w'", "'name'", "q", "'miss'", "{s1}")}
	if w.r.IntN(3) == 0 {
		args = append(args, w.pick("'name'", "'w'", "name", "''"))
	}
	if w.r.IntN(2) == 0 {
		args = append(args, w.pick("{q} > 2", "{w} notempty", "'{q} > {n1}'", "{name} = 'red'", "{q} > 1 and {w} < 5", "'{name} contains \"e\"'", "!({q} = 1)", "{Q} >= 0", "5", "{q} + {w} > 0", "{miss} empty", "{q} = null", "sum({q}, {w}) > 1", "{q} anyof [1, 2, 3]", "'{q} >'", "true"))
	}
	call := fmt.Sprintf("%s(%s)", w.pick("sumInArray", "minInArray", "maxInArray", "countInArray", "avgInArray"), strings.Join(args, ", "))
	if w.r.IntN(3) == 0 {
		return call + w.pick(" > 1", " = 2", " + 1", " + {n1}", " empty")
	}
	return call
}

func (w expressionWriter) date(depth int) string {
	day := func() string {
		switch w.r.IntN(6) {
		case 0:
			return w.pick("today()", "currentDate()", "today(1)", "today(-40)", "today('2')")
		case 1:
			return fmt.Sprintf("'%s'", w.aDay())
		case 2:
			if depth > 0 {
				return w.date(depth - 1)
			}
		case 3:
			return w.pick("{s1}", "{n1}", "{x}", "{a1}", "86400000", "'soon'", "0", "true")
		}
		return w.name("d1", "d2")
	}
	unit := w.pick("'days'", "'months'", "'years'", "'hours'", "'minutes'", "'seconds'", "'weeks'", "days")
	switch w.r.IntN(10) {
	case 0:
		return fmt.Sprintf("getDate(%s)", day())
	case 1:
		return fmt.Sprintf("dateAdd(%s, %s, %s)", day(), w.pick("1", "-1", "13", "{n1}", "'1'", "1.5", "400", "{b1}"), unit)
	case 2:
		return fmt.Sprintf("dateDiff(%s, %s, %s)", day(), day(), unit)
	case 3:
		return fmt.Sprintf("diffDays(%s, %s)", day(), day())
	case 4:
		return fmt.Sprintf("age(%s%s)", day(), w.pick("", ", 'months'", ", 'days'", ", 'years'"))
	case 5:
		return fmt.Sprintf("%s(%s)", w.pick("year", "month", "day", "weekday", "getYear"), w.pick(day(), day(), ""))
	case 6, 7:
		return fmt.Sprintf("%s %s %s", day(), w.pick("<", "<=", ">", ">=", "=", "!="), day())
	case 8:
		return fmt.Sprintf("%s %s %s", day(), w.pick("+", "-", "contains", "anyof", "and", "or"), w.pick(day(), w.number(0), w.word()))
	default:
		return w.pick("currentYear()", "dateDiff({d1}, {d2})", "dateAdd({d1}, 5)", "today() > getDate({d1})", "substring({s1}, 1)", "substring({s1}, 0, 2)", "substring('寿司👪x', 1, 3)", "substring({d1}, 5, '7')", "substring({s1}, -1, {n1})")
	}
}

// damage makes an expression odd: other blanks, missing brackets, words run together,
// letters struck out or put in.
func (w expressionWriter) damage(text string) string {
	for range 1 + w.r.IntN(3) {
		switch w.r.IntN(8) {
		case 0:
			text = strings.TrimRight(text, ")")
		case 1:
			text = strings.Replace(text, " ", "", 1)
		case 2:
			text = strings.Replace(text, " ", w.pick("  ", "\t", "\n", "\u00a0", "\v"), 1)
		case 3:
			i := w.r.IntN(len(text) + 1)
			text = text[:i] + w.pick("(", ")", "!", "-", "'", "\"", "{", "}", "[", "]", ",", " and ", "or", "empty", "not", "=", "<", ".", "0", "null", "true", "negate ", "\\", "$", "#", "é") + text[i:]
		case 4:
			if len(text) > 1 {
				i := w.r.IntN(len(text))
				text = text[:i] + text[i+1:]
			}
		case 5:
			text = "  " + text + w.pick(" ", "\n", ")", " x", " empty", " contains", " contains 1", " <", " = 1 = true")
		case 6:
			text = w.pick("!", "negate ", "(", "((", "!!", "not ", "- ") + text
		default:
			text = "[" + text + w.pick("]", ", 1]", ", null]", ",]", "") + w.pick("", " = [true]", " anyof [true]")
		}
	}
	return strings.ToValidUTF8(text, "?")
}
