package personname_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture/personname"
)

// conformanceFolder is where CLDR's own test files lie: the folder that
// RAPPORT_PERSONNAME_TESTS names, else one beside the module.
func conformanceFolder(t testing.TB) string {
	t.Helper()
	if folder := os.Getenv("RAPPORT_PERSONNAME_TESTS"); folder != "" {
		return folder
	}
	folder := filepath.Join("..", "..", "..", "shared", "vectors", "culture", "personNameTest")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("CLDR's person name tests are not here; RAPPORT_PERSONNAME_TESTS names the folder that holds them (common/testData/personNameTest of the CLDR repository)")
	}
	return folder
}

// conformanceLine is one line of parameters with the name and the result it belongs to.
type conformanceLine struct {
	number  int
	name    personname.Name
	want    string
	options personname.Options
}

// readConformance reads a file: "name; field; value" lines, then results, each followed
// by the parameters that must give it. Files before CLDR 44 write none for an order
// that is left to the name.
func readConformance(t testing.TB, path string) []conformanceLine {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	var lines []conformanceLine
	name, want := personname.Name{}, ""
	scanner := bufio.NewScanner(file)
	for number := 1; scanner.Scan(); number++ {
		text := strings.TrimPrefix(scanner.Text(), "\ufeff")
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		cells := strings.Split(text, ";")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch cells[0] {
		case "enum":
		case "name":
			require.Len(t, cells, 3, "%s:%d", path, number)
			setField(t, &name, cells[1], cells[2])
		case "expectedResult":
			_, want, _ = strings.Cut(text, ";")
			want = strings.TrimSpace(want)
		case "parameters":
			require.Len(t, cells, 5, "%s:%d", path, number)
			lines = append(lines, conformanceLine{number, name, want, parameters(t, cells[1:])})
		case "endName":
			name = personname.Name{}
		default:
			t.Fatalf("%s:%d: unknown line %q", path, number, text)
		}
	}
	require.NoError(t, scanner.Err())
	return lines
}

func setField(t testing.TB, name *personname.Name, field, value string) {
	t.Helper()
	switch field {
	case "locale":
		tag, err := language.Parse(value)
		require.NoError(t, err)
		name.Locale = tag
	case "title":
		name.Title = value
	case "given":
		name.Given = value
	case "given-informal":
		name.GivenInformal = value
	case "given2":
		name.Given2 = value
	case "surname":
		name.Surname = value
	case "surname-prefix":
		name.SurnamePrefix = value
	case "surname-core":
		name.SurnameCore = value
	case "surname2":
		name.Surname2 = value
	case "generation":
		name.Generation = value
	case "credentials":
		name.Credentials = value
	default:
		base, _, modified := strings.Cut(field, "-")
		require.True(t, modified, "unknown field %q", field)
		require.Contains(t, []string{"title", "given", "given2", "surname", "surname2", "generation", "credentials"}, base)
		if name.Variants == nil {
			name.Variants = map[string]string{}
		}
		name.Variants[field] = value
	}
}

func parameters(t testing.TB, cells []string) (o personname.Options) {
	t.Helper()
	if cells[0] != "none" {
		require.NoError(t, o.Order.UnmarshalText([]byte(cells[0])))
	}
	require.NoError(t, o.Length.UnmarshalText([]byte(cells[1])))
	require.NoError(t, o.Usage.UnmarshalText([]byte(cells[2])))
	require.NoError(t, o.Formality.UnmarshalText([]byte(cells[3])))
	return o
}

// reason is why a line of CLDR's files may fail here.
type reason struct {
	class string
	why   string
	// allows reports whether the class covers a line of a locale; where it covers whole
	// locales, most is how many lines of each may fail.
	allows func(locale string, trace personname.Trace) bool
	most   map[string]int
}

// reasons is the documented list of exceptions. The files at hand (44 locales of CLDR
// 47) need none of them; of the rest of that release 16 locales do, by a count with
// the data of 48.2.
func reasons() []reason {
	in := func(list string) func(string, personname.Trace) bool {
		return func(locale string, _ personname.Trace) bool {
			return slices.Contains(strings.Fields(list), locale)
		}
	}
	return []reason{
		{
			class: "correction",
			why:   "the pattern of the source loses the surname and is corrected (culture/internal/gen/overrides.json)",
			allows: func(locale string, trace personname.Trace) bool {
				return strings.HasPrefix(locale, "yue") &&
					trace.Pattern == "{given} {given2-initial} {surname} {generation}，{credentials}"
			},
		},
		{
			class: "dictionary",
			why:   "initials of a script without blanks, whose words ICU takes from a dictionary (德威 is one, 安怡 two); UAX #29 has a word of each cluster",
			allows: func(locale string, trace personname.Trace) bool {
				return slices.Contains(strings.Fields("km my lo th zh zh_Hant zh_Hant_HK yue yue_Hans"), locale) &&
					strings.Contains(trace.Pattern, "-initial") &&
					slices.Contains([]string{"Hani", "Khmr", "Mymr", "Laoo", "Thai"}, trace.Script)
			},
		},
		{
			class: "clusters",
			why:   "Khmer clusters of Unicode 17 join a coeng with its consonant, the files are made with 16 (CLDR-18815)",
			allows: func(_ string, trace personname.Trace) bool {
				return trace.Script == "Khmr" && strings.Contains(trace.Pattern, "-monogram")
			},
		},
		{
			class: "drift",
			why:   "patterns or sample names were edited between the release of the files and that of the data",
			most: map[string]int{
				"kok": 216, "yue_Hans": 104, "yo_BJ": 27, "ti": 18, "mr": 10, "gd": 4,
				"es": 14, "es_419": 14, "es_MX": 14, "es_US": 14,
			},
			allows: in("kok yue_Hans yo_BJ ti mr gd es es_419 es_MX es_US"),
		},
	}
}

// TestPersonNameConformance runs every line of every file of CLDR's own tests. A line
// that fails must be one of the documented exceptions; no locale that is at 100 % of
// the files at hand is among those that may drift.
func TestPersonNameConformance(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(conformanceFolder(t), "*.txt"))
	require.NoError(t, err)
	passed, total, whole, locales := 0, 0, 0, 0
	excused := map[string]int{}
	for _, path := range files {
		id := strings.TrimSuffix(filepath.Base(path), ".txt")
		if strings.HasPrefix(id, "_") {
			continue // header and readme
		}
		locales++
		lines := readConformance(t, path)
		require.NotEmpty(t, lines, path)
		good, classes := runConformance(t, id, lines)
		passed, total = passed+good, total+len(lines)
		if good == len(lines) {
			whole++
		}
		t.Logf("%s: %d of %d%s", id, good, len(lines), summary(classes))
		for class, n := range classes {
			excused[class] += n
		}
	}
	t.Logf("all: %d of %d lines, %d of %d locales whole", passed, total, whole, locales)
	for _, r := range reasons() {
		if n := excused[r.class]; n > 0 {
			t.Logf("%s: %d lines: %s", r.class, n, r.why)
		}
	}
	require.NotZero(t, locales)
}

// runConformance counts the lines that pass, and those that a reason covers; every
// other is an error.
func runConformance(t *testing.T, id string, lines []conformanceLine) (good int, classes map[string]int) {
	t.Helper()
	tag, err := language.Parse(id)
	require.NoError(t, err)
	formatters := map[personname.Options]*personname.Formatter{}
	classes = map[string]int{}
	for _, line := range lines {
		f := formatters[line.options]
		if f == nil {
			f, err = personname.New(tag, &line.options)
			require.NoError(t, err)
			formatters[line.options] = f
		}
		trace, err := f.Explain(line.name)
		if err == nil && trace.Text == line.want {
			good++
			continue
		}
		class := ""
		for _, r := range reasons() {
			if class == "" && err == nil && r.allows(id, trace) && (r.most == nil || classes[r.class] < r.most[id]) {
				class = r.class
			}
		}
		if class == "" {
			t.Errorf("%s:%d: want %q, have %q (%v) by %s", id, line.number, line.want, trace.Text, err, trace.Pattern)
			continue
		}
		classes[class]++
	}
	return good, classes
}

func summary(classes map[string]int) string {
	var b strings.Builder
	for _, r := range reasons() {
		if n := classes[r.class]; n > 0 {
			fmt.Fprintf(&b, ", %s %d", r.class, n)
		}
	}
	return b.String()
}

// No excuse covers a locale that has none: a wrong expectation in a copy of the form
// of CLDR's files is an error.
func TestExcusesAreNarrow(t *testing.T) {
	t.Parallel()
	latin := personname.Trace{Script: "Latn", Pattern: "{given-initial} {surname}"}
	for _, r := range reasons() {
		require.NotEmpty(t, r.why)
		require.False(t, r.allows("en", latin), r.class)
		require.False(t, r.allows("ja", personname.Trace{Script: "Hani", Pattern: "{surname}{given}"}), r.class)
		require.False(t, r.allows("km", personname.Trace{Script: "Khmr", Pattern: "{surname} {given}"}), r.class)
	}
}
