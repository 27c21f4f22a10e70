package feedback_test

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/feedback"
)

// requireCode checks the sentinel, the detail type and the code at once.
func requireCode(t *testing.T, err error, instrument feedback.Instrument, code feedback.Code) {
	t.Helper()
	require.ErrorIs(t, err, feedback.ErrAnswer)
	var detail *feedback.AnswerError
	require.ErrorAs(t, err, &detail)
	require.Equal(t, code, detail.Code)
	require.Equal(t, instrument, detail.Instrument)
}

func TestNPSClasses(t *testing.T) {
	t.Parallel()
	want := map[int]feedback.NPSClass{7: feedback.Passive, 8: feedback.Passive, 9: feedback.Promoter, 10: feedback.Promoter}
	for score := range 11 {
		a, err := feedback.NewNPS(score)
		require.NoError(t, err)
		require.True(t, a.Valid())
		require.Equal(t, score, a.Score())
		class, ok := want[score]
		if !ok {
			class = feedback.Detractor
		}
		require.Equal(t, class, a.Class(), "score %d", score)
	}
	var silence feedback.NPSAnswer
	require.False(t, silence.Valid())
	require.Equal(t, "none", silence.Class().String())
	zero, err := feedback.NewNPS(0)
	require.NoError(t, err)
	require.NotEqual(t, silence, zero, "0 is an answer, silence is not")
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name  string
		value any
		code  feedback.Code
	}{
		{"eleven", 11, feedback.CodeRange},
		{"minus one", -1, feedback.CodeRange},
		{"half", 8.5, feedback.CodeStep},
		{"half float32", float32(8.5), feedback.CodeStep},
		{"word", "nine", feedback.CodeType},
		{"digit as text", "9", feedback.CodeType},
		{"true", true, feedback.CodeType},
		{"array", []any{9.0}, feedback.CodeType},
		{"not a number", math.NaN(), feedback.CodeType},
		{"infinity", math.Inf(1), feedback.CodeType},
		{"huge float", 1e300, feedback.CodeRange},
		{"huge int", int64(math.MaxInt64), feedback.CodeRange},
		{"huge uint", uint64(math.MaxUint64), feedback.CodeRange},
		{"json eleven", json.Number("11"), feedback.CodeRange},
		{"json half", json.Number("8.5"), feedback.CodeStep},
		{"json overflow", json.Number("1e999"), feedback.CodeRange},
		{"json long", json.Number("1000000000000000000000000000000000000000000000000000"), feedback.CodeRange},
		{"json just below nine", json.Number("8.99999999999999999999"), feedback.CodeStep},
		{"json just above nine", json.Number("9.0000000000000000000001"), feedback.CodeStep},
		{"json just above ten", json.Number("10.00000000000000001"), feedback.CodeStep},
		{"json just below seven", json.Number("6.9999999999999999999"), feedback.CodeStep},
		{"json tiny", json.Number("1e-400"), feedback.CodeStep},
		{"json tiny and negative", json.Number("-1e-999"), feedback.CodeStep},
		{"json tiny beyond measure", json.Number("4e-99999999999999999999999"), feedback.CodeStep},
		{"json huge beyond measure", json.Number("4e99999999999999999999999"), feedback.CodeRange},
		{"json negative huge", json.Number("-1e999"), feedback.CodeRange},
		{"json long fraction", json.Number("4." + strings.Repeat("0", 60) + "1"), feedback.CodeStep},
		{"json hexadecimal", json.Number("0x1p3"), feedback.CodeType},
		{"json underscore", json.Number("1_0"), feedback.CodeType},
		{"json plus", json.Number("+4"), feedback.CodeType},
		{"json leading zero", json.Number("04"), feedback.CodeType},
		{"json bare point", json.Number("4."), feedback.CodeType},
		{"json no digit before the point", json.Number(".4e1"), feedback.CodeType},
		{"json no exponent", json.Number("4e"), feedback.CodeType},
		{"json two points", json.Number("4.0.0"), feedback.CodeType},
		{"json blank", json.Number(" 4"), feedback.CodeType},
		{"json word", json.Number("Infinity"), feedback.CodeType},
		{"json nothing", json.Number(""), feedback.CodeType},
		{"nil", nil, feedback.CodeMissing},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, err := feedback.ReadNPS(row.value)
			requireCode(t, err, feedback.NPS, row.code)
			_, err = feedback.ReadCSAT(row.value)
			requireCode(t, err, feedback.CSAT, row.code)
			_, err = feedback.ReadCES(row.value, feedback.HigherIsEasier)
			requireCode(t, err, feedback.CES, row.code)
		})
	}
}

func TestReadAccepts(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]any{
		"int": 4, "int8": int8(4), "int16": int16(4), "int32": int32(4), "int64": int64(4),
		"uint": uint(4), "uint8": uint8(4), "uint16": uint16(4), "uint32": uint32(4), "uint64": uint64(4),
		"float32": float32(4), "float64": 4.0, "json": json.Number("4"), "json whole": json.Number("4.0"),
		"json exponent": json.Number("400e-2"), "json small": json.Number("0.4E+1"), "json long": json.Number("4." + strings.Repeat("0", 60)),
		"json far": json.Number("0.0000000000000000000000000000004e31"),
	} {
		nps, err := feedback.ReadNPS(value)
		require.NoError(t, err, name)
		require.Equal(t, 4, nps.Score(), name)
		csat, err := feedback.ReadCSAT(value)
		require.NoError(t, err, name)
		require.True(t, csat.TopTwo(), name)
		ces, err := feedback.ReadCES(value, feedback.HigherIsHarder)
		require.NoError(t, err, name)
		require.Equal(t, 4, ces.Ease(), name)
	}
}

func TestParseText(t *testing.T) {
	t.Parallel()
	rows := []struct {
		text string
		code feedback.Code // zero: accepted by NPS
	}{
		{"0", 0},
		{"9", 0},
		{"10", 0},
		{"11", feedback.CodeRange},
		{"-1", feedback.CodeRange},
		{"99999999999999999999999", feedback.CodeRange},
		{"8.5", feedback.CodeStep},
		{"9.0", feedback.CodeStep},
		{"-0.5", feedback.CodeStep},
		{"nine", feedback.CodeType},
		{"", feedback.CodeType},
		{" 9", feedback.CodeType},
		{"+9", feedback.CodeType},
		{"09", feedback.CodeType},
		{"９", feedback.CodeType},
		{"1e1", feedback.CodeType},
		{"9.", feedback.CodeType},
		{"-", feedback.CodeType},
	}
	for _, row := range rows {
		t.Run(row.text, func(t *testing.T) {
			t.Parallel()
			a, err := feedback.ParseNPS(row.text)
			if row.code == 0 {
				require.NoError(t, err)
				require.Equal(t, row.text, a.String())
				return
			}
			requireCode(t, err, feedback.NPS, row.code)
			require.False(t, a.Valid())
		})
	}
	_, err := feedback.ParseCSAT("0")
	requireCode(t, err, feedback.CSAT, feedback.CodeRange)
	_, err = feedback.ParseCSAT("6")
	requireCode(t, err, feedback.CSAT, feedback.CodeRange)
	_, err = feedback.ParseCES("8", feedback.HigherIsEasier)
	requireCode(t, err, feedback.CES, feedback.CodeRange)
}

func TestJSON(t *testing.T) {
	t.Parallel()
	type page struct {
		N feedback.NPSAnswer  `json:"n"`
		S feedback.CSATAnswer `json:"s"`
		E feedback.CESAnswer  `json:"e"`
	}
	const text = `{"n":0,"s":5,"e":{"score":2,"direction":"higher_is_harder"}}`
	var p page
	require.NoError(t, json.Unmarshal([]byte(text), &p))
	require.True(t, p.N.Valid())
	require.Equal(t, feedback.Detractor, p.N.Class())
	require.True(t, p.E.Easy())
	back, err := json.Marshal(p)
	require.NoError(t, err)
	require.JSONEq(t, text, string(back))

	var silent page
	require.NoError(t, json.Unmarshal([]byte(`{"n":null,"s":null,"e":null}`), &silent))
	require.Equal(t, page{}, silent)
	back, err = json.Marshal(silent)
	require.NoError(t, err)
	require.JSONEq(t, `{"n":null,"s":null,"e":null}`, string(back))

	for text, code := range map[string]feedback.Code{
		`{"n":11}`: feedback.CodeRange, `{"n":-1}`: feedback.CodeRange, `{"n":8.5}`: feedback.CodeStep,
		`{"n":"nine"}`: feedback.CodeType, `{"n":"9"}`: feedback.CodeType, `{"n":true}`: feedback.CodeType,
		`{"n":[9]}`: feedback.CodeType, `{"s":0}`: feedback.CodeRange, `{"e":5}`: feedback.CodeDirection,
		`{"e":"5"}`: feedback.CodeType, `{"e":{"score":8,"direction":"higher_is_easier"}}`: feedback.CodeRange,
		`{"e":{"score":"8","direction":"higher_is_easier"}}`:  feedback.CodeType,
		`{"e":{"score":null,"direction":"higher_is_easier"}}`: feedback.CodeMissing,
		`{"e":{"score":5,"direction":"up"}}`:                  feedback.CodeDirection,
	} {
		err := json.Unmarshal([]byte(text), &p)
		require.ErrorIs(t, err, feedback.ErrAnswer, text)
		var detail *feedback.AnswerError
		require.ErrorAs(t, err, &detail, text)
		require.Equal(t, code, detail.Code, text)
	}
	for _, text := range []string{
		`{"e":{"score":5}}`, `{"e":{"direction":"higher_is_easier"}}`,
		`{"e":{"score":5,"direction":"higher_is_easier","x":1}}`,
		`{"e":{"score":5,"score":6,"direction":"higher_is_easier"}}`,
	} {
		require.ErrorIs(t, json.Unmarshal([]byte(text), &p), feedback.ErrAnswer, text)
	}
}

func TestDirection(t *testing.T) {
	t.Parallel()
	for score := 1; score <= 7; score++ {
		easier, err := feedback.NewCES(score, feedback.HigherIsEasier)
		require.NoError(t, err)
		harder, err := feedback.NewCES(score, feedback.HigherIsHarder)
		require.NoError(t, err)
		require.Equal(t, score, easier.Ease())
		require.Equal(t, score >= 5, easier.Easy())
		require.Equal(t, score <= 3, harder.Easy())
		require.Equal(t, 8, easier.Ease()+harder.Ease())
		require.NotEqual(t, easier, harder)
	}
	_, err := feedback.NewCES(5, 0)
	requireCode(t, err, feedback.CES, feedback.CodeDirection)
	_, err = feedback.NewCES(9, 0)
	requireCode(t, err, feedback.CES, feedback.CodeRange) // the score is checked first
	require.Zero(t, feedback.CESAnswer{}.Ease())
	require.False(t, feedback.CESAnswer{}.Easy())
}

func TestBoxes(t *testing.T) {
	t.Parallel()
	for score := 1; score <= 5; score++ {
		a, err := feedback.NewCSAT(score)
		require.NoError(t, err)
		require.Equal(t, score >= 4, a.TopTwo())
		require.Equal(t, score <= 2, a.BottomTwo())
	}
	require.False(t, feedback.CSATAnswer{}.TopTwo())
	require.False(t, feedback.CSATAnswer{}.BottomTwo())
}

// Text, number and JSON agree on every whole number, and nothing outside the scale
// is ever accepted.
func TestWaysInAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(-20, 30).Draw(t, "n")
		fromInt, err := feedback.NewNPS(n)
		require.Equal(t, n >= 0 && n <= 10, err == nil)
		raw, _ := json.Marshal(n)
		fromText, errText := feedback.ParseNPS(string(raw))
		fromAny, errAny := feedback.ReadNPS(float64(n))
		var fromJSON feedback.NPSAnswer
		errJSON := fromJSON.UnmarshalJSON(raw)
		for _, e := range []error{errText, errAny, errJSON} {
			require.Equal(t, err == nil, e == nil)
		}
		require.Equal(t, fromInt, fromText)
		require.Equal(t, fromInt, fromAny)
		require.Equal(t, fromInt, fromJSON)
	})
}

func TestNames(t *testing.T) {
	t.Parallel()
	for i := feedback.NPS; i <= feedback.CES; i++ {
		name, err := i.MarshalText()
		require.NoError(t, err)
		var back feedback.Instrument
		require.NoError(t, back.UnmarshalText(name))
		require.Equal(t, i, back)
	}
	for c := feedback.CodeType; c <= feedback.CodeMissing; c++ {
		name, err := c.MarshalText()
		require.NoError(t, err)
		var back feedback.Code
		require.NoError(t, back.UnmarshalText(name))
		require.Equal(t, c, back)
	}
	for c := feedback.Detractor; c <= feedback.Promoter; c++ {
		name, err := c.MarshalText()
		require.NoError(t, err)
		var back feedback.NPSClass
		require.NoError(t, back.UnmarshalText(name))
		require.Equal(t, c, back)
	}
	var i feedback.Instrument
	require.ErrorIs(t, i.UnmarshalText([]byte("stars")), feedback.ErrInstrument)
	_, err := feedback.Instrument(9).MarshalText()
	require.ErrorIs(t, err, feedback.ErrInstrument)
	require.Equal(t, "instrument(9)", feedback.Instrument(9).String())
	_, err = feedback.Direction(0).MarshalText()
	require.ErrorIs(t, err, feedback.ErrAnswer)
	var c feedback.Code
	require.Error(t, c.UnmarshalText([]byte("none")))
	var class feedback.NPSClass
	require.Error(t, class.UnmarshalText([]byte("none")))
}

// The bytes of a number are judged as a json.Number is, and form faults have codes.
func TestUnmarshalCodes(t *testing.T) {
	t.Parallel()
	for text, code := range map[string]feedback.Code{
		"0x1p3": feedback.CodeType, "8.99999999999999999999": feedback.CodeStep, "1e-400": feedback.CodeStep, "1e400": feedback.CodeRange,
		"-": feedback.CodeType, "7 ": feedback.CodeType, "nul": feedback.CodeType, "": feedback.CodeType,
	} {
		var n feedback.NPSAnswer
		requireCode(t, n.UnmarshalJSON([]byte(text)), feedback.NPS, code)
		var s feedback.CSATAnswer
		requireCode(t, s.UnmarshalJSON([]byte(text)), feedback.CSAT, code)
	}
	var n feedback.NPSAnswer
	require.NoError(t, n.UnmarshalJSON([]byte("0e999999999999")))
	require.True(t, n.Valid())
	require.Zero(t, n.Score())

	kept, err := feedback.NewCES(3, feedback.HigherIsEasier)
	require.NoError(t, err)
	for text, code := range map[string]feedback.Code{
		`{"score":6.9999999999999999999,"direction":"higher_is_easier"}`: feedback.CodeStep,
		`{"score":1e-400,"direction":"higher_is_easier"}`:                feedback.CodeStep,
		`{"score":7e400,"direction":"higher_is_easier"}`:                 feedback.CodeRange,
		`{"direction":"higher_is_easier"}`:                               feedback.CodeMissing,
		`{"score":5}`:                                                    feedback.CodeDirection,
		`{"score":5,"direction":7}`:                                      feedback.CodeType,
		`{"score":5,"direction":"higher_is_easier","note":"x"}`:          feedback.CodeType,
		`{"score":5,"score":6,"direction":"higher_is_easier"}`:           feedback.CodeType,
		`{"score":5,`: feedback.CodeType,
		`{"score":5,` + strings.Repeat(" ", 600) + `"direction":"higher_is_easier"}`: feedback.CodeType,
		`{"score":[[[5]]],"direction":"higher_is_easier"}`:                           feedback.CodeType,
	} {
		e := kept
		requireCode(t, e.UnmarshalJSON([]byte(text)), feedback.CES, code)
		require.Equal(t, kept, e, "a refused form changes nothing")
	}
}

// exactly fails unless the text is the number as a quotient of integers.
func exactly(t *testing.T, text string, score int) {
	t.Helper()
	exact, ok := new(big.Rat).SetString(text)
	require.True(t, ok, text)
	require.Zero(t, exact.Cmp(big.NewRat(int64(score), 1)), "%s is not %d", text, score)
}

// Whatever is accepted is that whole number, and every whole number of the scale is
// accepted however it is written.
func TestNumbersAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?(0|[1-9][0-9]{0,3})(\.[09]{0,30}[0-9]{1,2})?([eE][+-]?[0-9]{1,2})?`).Draw(t, "text")
		exact, ok := new(big.Rat).SetString(text)
		require.True(t, ok)
		inScale := exact.IsInt() && exact.Sign() >= 0 && exact.Cmp(big.NewRat(10, 1)) <= 0
		a, err := feedback.ReadNPS(json.Number(text))
		require.Equal(t, inScale, err == nil, text)
		if err == nil {
			require.Zero(t, exact.Cmp(big.NewRat(int64(a.Score()), 1)), text)
			return
		}
		var detail *feedback.AnswerError
		require.ErrorAs(t, err, &detail)
		want := feedback.CodeRange
		if !exact.IsInt() {
			want = feedback.CodeStep
		}
		require.Equal(t, want, detail.Code, text)
	})
}

// An error quotes little of a long answer.
func TestErrorIsShort(t *testing.T) {
	t.Parallel()
	long := make([]byte, 1<<20)
	for i := range long {
		long[i] = 'x'
	}
	_, err := feedback.ParseNPS(string(long))
	require.Less(t, len(err.Error()), 200)
}

func FuzzAnswers(f *testing.F) {
	for _, s := range []string{
		"9", "11", "-1", "8.5", "nine", "null", `{"score":6,"direction":"higher_is_easier"}`, "1e1", "٩",
		"8.99999999999999999999", "1e-400", "-1e-999", "0x1p3", "90e-1", "0e999999999", `{"score":6.9999999999999999999,"direction":"higher_is_easier"}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if a, err := feedback.ParseNPS(s); err == nil {
			require.Equal(t, s, a.String())
		}
		var n feedback.NPSAnswer
		if n.UnmarshalJSON([]byte(s)) == nil && n.Valid() {
			require.True(t, n.Score() >= 0 && n.Score() <= 10)
			exactly(t, s, n.Score())
		}
		if a, err := feedback.ReadCSAT(json.Number(s)); err == nil {
			exactly(t, s, a.Score())
		}
		var e feedback.CESAnswer
		if e.UnmarshalJSON([]byte(s)) == nil && e.Valid() {
			raw, err := json.Marshal(e)
			require.NoError(t, err)
			var back feedback.CESAnswer
			require.NoError(t, back.UnmarshalJSON(raw))
			require.Equal(t, e, back)
		}
	})
}
