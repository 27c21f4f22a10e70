package survey_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/feedback/survey/internal/expr"
)

// TestOracle writes 500 expressions and 100 surveys afresh and compares this package
// with survey-core 3.1.1 itself. It needs Node, npm and the registry, and is skipped
// where one of them is not there. The environment may name
//
//	RAPPORT_ORACLE_SEED         another seed, for other expressions and surveys
//	RAPPORT_ORACLE_EXPRESSIONS  how many expressions, for a longer run
//	RAPPORT_ORACLE_SURVEYS      how many surveys
//	RAPPORT_SURVEY_CORE         a folder with node_modules/survey-core, instead of npm
func TestOracle(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("oracle: skipped by -short")
	}
	o := newOracle(t)
	seed := uint64(oracleSetting(t, "RAPPORT_ORACLE_SEED", 20261122))
	t.Logf("oracle: RAPPORT_ORACLE_SEED=%d repeats this run", seed)
	t.Run("expressions", func(t *testing.T) {
		o.expressions(t, rand.New(rand.NewPCG(seed, 1)), oracleSetting(t, "RAPPORT_ORACLE_EXPRESSIONS", 500))
	})
	t.Run("surveys", func(t *testing.T) {
		o.surveys(t, rand.New(rand.NewPCG(seed, 2)), oracleSetting(t, "RAPPORT_ORACLE_SURVEYS", 100))
	})
}

func oracleSetting(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text, ok := os.LookupEnv(name)
	if !ok {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, name)
	return n
}

// oracle is survey-core in a folder.
type oracle struct {
	node, folder string
}

const oracleVersion = "3.1.1"

func newOracle(t *testing.T) *oracle {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("oracle: Node is not here")
	}
	folder := os.Getenv("RAPPORT_SURVEY_CORE")
	if folder == "" {
		folder = installOracle(t)
	}
	manifest, err := os.ReadFile(filepath.Join(folder, "node_modules", "survey-core", "package.json"))
	require.NoError(t, err)
	var installed struct {
		Version string `json:"version"`
	}
	require.NoError(t, json.Unmarshal(manifest, &installed))
	require.Equal(t, oracleVersion, installed.Version)
	return &oracle{node: node, folder: folder}
}

// installOracle fetches survey-core into a temporary folder and gives up after a minute.
func installOracle(t *testing.T) string {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skip("oracle: npm is not here")
	}
	folder := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	install := exec.CommandContext(ctx, npm, "install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "survey-core@"+oracleVersion)
	install.WaitDelay = 5 * time.Second
	if out, err := install.CombinedOutput(); err != nil {
		t.Skipf("oracle: npm cannot install survey-core %s here: %v\n%s", oracleVersion, err, out)
	}
	return folder
}

// ask runs jobs, one JSON document a line, and gives each answer to the callback in
// their order.
func (o *oracle) ask(t *testing.T, jobs []any, answer func(i int, line []byte)) {
	t.Helper()
	var in bytes.Buffer
	encoder := json.NewEncoder(&in)
	for _, job := range jobs {
		require.NoError(t, encoder.Encode(job))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	run := exec.CommandContext(ctx, o.node, filepath.Join("testdata", "oracle", "oracle.cjs"), o.folder)
	run.Env = append(os.Environ(), "TZ=UTC")
	run.Stdin = &in
	var faults bytes.Buffer
	run.Stderr = &faults
	out, err := run.Output()
	require.NoError(t, err, faults.String())
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<22)
	n := 0
	for ; lines.Scan(); n++ {
		answer(n, lines.Bytes())
	}
	require.NoError(t, lines.Err())
	require.Equal(t, len(jobs), n, "answers of the oracle")
}

// oracleAnswer is what survey-core made of an expression; Threw is set where it failed
// with an exception, for which there is nothing to compare.
type oracleAnswer struct {
	ID     string `json:"id"`
	Parsed bool   `json:"parsed"`
	Threw  string `json:"threw"`
	Type   string `json:"type"`
	Result any    `json:"result"`
	Holds  bool   `json:"holds"`
}

func (o *oracle) expressions(t *testing.T, r *rand.Rand, n int) {
	writer := expressionWriter{r}
	jobs := make([]any, n)
	for i := range jobs {
		jobs[i] = writer.job(i)
	}
	parsed, threw, remainders := 0, 0, 0
	o.ask(t, jobs, func(i int, line []byte) {
		job := jobs[i].(expressionJob)
		var want oracleAnswer
		require.NoError(t, json.Unmarshal(line, &want))
		require.Equal(t, job.ID, want.ID)
		e, err := expr.Parse(job.Expr, nil)
		if want.Parsed != (err == nil) {
			t.Errorf("%q: survey-core parses it: %t, this package: %v", job.Expr, want.Parsed, err)
			return
		}
		if !want.Parsed {
			return
		}
		parsed++
		got := runExpression(t, e, job)
		if want.Threw != "" {
			threw++
			return
		}
		if want.Type == got.Type && want.Type == "number" && remainderOfPower(job.Expr) {
			remainders++
			return
		}
		if got.Type != want.Type || got.Holds != want.Holds || !oracleEqual(want.Result, got.Result) {
			values, _ := json.Marshal(job.Values)
			t.Errorf("%q at %s with %s: survey-core gives %s %v %t, this package %s %v %t",
				job.Expr, job.Now, values, want.Type, want.Result, want.Holds, got.Type, got.Result, got.Holds)
		}
	})
	t.Logf("oracle: %d expressions, %d parsed, %d with an exception in survey-core, %d remainders of powers", n, parsed, threw, remainders)
}

// remainderOfPower reports an expression with a remainder and a power. The last digit of
// a power may differ from Node's (see package expr), and a remainder makes any other
// number of it: 1 % 18^-14 says nothing but how that digit was rounded. Only what kind
// of value it is can be compared.
func remainderOfPower(text string) bool {
	return strings.Contains(text, "%") && (strings.Contains(text, "^") || strings.Contains(text, "power"))
}

func runExpression(t *testing.T, e *expr.Expression, job expressionJob) oracleAnswer {
	t.Helper()
	p, err := expr.Compile(e, expr.Root())
	require.NoError(t, err, job.Expr)
	values, err := expr.FromAny(job.Values)
	require.NoError(t, err)
	now, err := time.Parse(time.RFC3339, job.Now)
	require.NoError(t, err)
	frame := &expr.Frame{Slots: []expr.Value{values}, Now: now}
	v := p.Eval(frame)
	require.NoError(t, frame.Err())
	return oracleAnswer{ID: job.ID, Parsed: true, Type: oracleType(v), Result: v.Any(), Holds: p.Holds(frame)}
}

// oracleType is JavaScript's word for a kind; like the oracle it calls a number that is
// not finite null.
func oracleType(v expr.Value) string {
	if v.Kind() == expr.KindNumber && v.Any() == nil {
		return "null"
	}
	switch v.Kind() {
	case expr.KindNumber:
		return "number"
	case expr.KindText:
		return "string"
	case expr.KindBool:
		return "boolean"
	case expr.KindDate:
		return "date"
	case expr.KindList:
		return "array"
	case expr.KindObject:
		return "object"
	default:
		return "null"
	}
}

// oracleEqual compares decoded JSON, numbers by a relative 1e-9 as the vectors do.
func oracleEqual(want, got any) bool {
	w, ok := want.(float64)
	g, isNumber := got.(float64)
	if ok && isNumber {
		return w == g || math.Abs(w-g) <= 1e-9*math.Max(math.Abs(w), math.Abs(g))
	}
	return reflect.DeepEqual(want, got)
}

func (o *oracle) surveys(t *testing.T, r *rand.Rand, n int) {
	jobs := make([]any, n)
	for i := range jobs {
		jobs[i] = writeSurvey(r, i)
	}
	threw := 0
	o.ask(t, jobs, func(i int, line []byte) {
		job := jobs[i].(surveyJob)
		c := surveyCase{ID: job.ID, Class: "random"}
		var answer struct {
			ID     string            `json:"id"`
			Threw  string            `json:"threw"`
			Expect surveyExpectation `json:"expect"`
		}
		require.NoError(t, json.Unmarshal(line, &answer))
		require.Equal(t, job.ID, answer.ID)
		if answer.Threw != "" {
			threw++
			return
		}
		c.Expect = answer.Expect
		var err error
		c.Survey, err = json.Marshal(job.Survey)
		require.NoError(t, err)
		data, err := json.Marshal(job.Data)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, &c.Data))
		c.Now, err = time.Parse(time.RFC3339, job.Now)
		require.NoError(t, err)
		t.Run(c.ID, func(t *testing.T) {
			t.Cleanup(func() {
				if t.Failed() {
					t.Logf("survey %s\nanswers %s", c.Survey, data)
				}
			})
			runSurveyCase(t, c)
		})
	})
	t.Logf("oracle: %d surveys, %d with an exception in survey-core", n, threw)
	require.Less(t, threw, max(n/10, 1), "surveys that survey-core cannot run")
}
