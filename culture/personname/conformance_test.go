package personname_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
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

// TestPersonNameConformance runs every line of every file of CLDR's own tests.
func TestPersonNameConformance(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(conformanceFolder(t), "*.txt"))
	require.NoError(t, err)
	passed, total, whole, locales := 0, 0, 0, 0
	for _, path := range files {
		id := strings.TrimSuffix(filepath.Base(path), ".txt")
		if strings.HasPrefix(id, "_") {
			continue // header and readme
		}
		locales++
		tag, err := language.Parse(id)
		require.NoError(t, err)
		lines := readConformance(t, path)
		require.NotEmpty(t, lines, path)
		formatters := map[personname.Options]*personname.Formatter{}
		good := 0
		var failed []string
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
			failed = append(failed, fmt.Sprintf("%s:%d: want %q, have %q (%v) by %s", id, line.number, line.want, trace.Text, err, trace.Pattern))
		}
		passed, total = passed+good, total+len(lines)
		t.Logf("%s: %d of %d", id, good, len(lines))
		if good == len(lines) {
			whole++
		}
		for _, f := range failed {
			t.Error(f)
		}
	}
	t.Logf("all: %d of %d lines, %d of %d locales whole", passed, total, whole, locales)
	require.NotZero(t, locales)
}
