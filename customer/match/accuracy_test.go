package match_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/match"
	"github.com/rapport-go/rapport/internal/golden"
)

// sheet is a file of records with the columns' names.
type sheet struct {
	columns map[string]int
	rows    [][]string
}

func readSheet(t testing.TB, data []byte) sheet {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(data))
	r.TrimLeadingSpace = true
	rows, err := r.ReadAll()
	require.NoError(t, err)
	s := sheet{columns: map[string]int{}, rows: rows[1:]}
	for i, name := range rows[0] {
		s.columns[strings.TrimSpace(name)] = i
	}
	return s
}

func dataSheet(t testing.TB, file string) sheet {
	t.Helper()
	data, err := os.ReadFile(golden.Data(t, "customer", file))
	require.NoError(t, err)
	return readSheet(t, data)
}

// column is a field of a file and its role: all that is said of a file.
type column struct {
	name string
	role match.Role
}

func (s sheet) schema(t testing.TB, id string, short *match.Nicknames, columns []column) *match.Schema[[]string] {
	t.Helper()
	var fields []match.Field[[]string]
	for _, c := range columns {
		i, ok := s.columns[c.name]
		require.True(t, ok, c.name)
		fields = append(fields, match.Field[[]string]{Name: c.name, Role: c.role, Read: func(row []string) string { return strings.TrimSpace(row[i]) }})
	}
	at := s.columns[id]
	out, err := match.NewSchema(func(row []string) string { return row[at] }, fields, &match.SchemaOptions{Short: short})
	require.NoError(t, err)
	return out
}

func nicknames(t testing.TB) *match.Nicknames {
	t.Helper()
	s := dataSheet(t, "nicknames_en.csv")
	pairs := map[string]string{}
	return match.NewNicknames(func(yield func(string, string) bool) {
		for _, r := range s.rows {
			pairs[r[0]] = r[2]
			if !yield(r[0], r[2]) {
				return
			}
		}
	})
}

var (
	historicalColumns = []column{
		{"first_name", match.RoleGiven}, {"surname", match.RoleSurname}, {"dob", match.RoleBirth},
		{"birth_place", match.RolePlace}, {"postcode_fake", match.RolePostcode}, {"occupation", match.RoleAttribute},
	}
	fakeColumns = []column{
		{"first_name", match.RoleGiven}, {"surname", match.RoleSurname}, {"dob", match.RoleBirth},
		{"city", match.RolePlace}, {"email", match.RoleEmail},
	}
	febrlColumns = []column{
		{"given_name", match.RoleGiven}, {"surname", match.RoleSurname}, {"street_number", match.RoleAttribute},
		{"address_1", match.RoleStreet}, {"address_2", match.RoleStreet}, {"suburb", match.RolePlace},
		{"postcode", match.RolePostcode}, {"state", match.RoleAttribute}, {"date_of_birth", match.RoleBirth},
	}
	hardColumns = []column{
		{"given_name", match.RoleGiven}, {"surname", match.RoleSurname}, {"reading", match.RoleReading},
		{"dob", match.RoleBirth}, {"email", match.RoleEmail}, {"phone", match.RolePhone},
		{"address", match.RoleStreet}, {"postcode", match.RolePostcode},
	}
)

func febrlPerson(id string) string { return strings.Split(id, "-")[1] }

// clustered trains the standard model on a file and clusters it.
func clustered(t testing.TB, s *match.Schema[[]string], rows [][]string) (*match.Index[[]string], match.Clusters, *match.TrainReport) {
	t.Helper()
	ix, err := match.NewIndex(s, match.Standard(s))
	require.NoError(t, err)
	require.NoError(t, ix.Add(slices.Values(rows)))
	report, err := ix.Train(nil)
	require.NoError(t, err)
	c, err := ix.Cluster(nil)
	require.NoError(t, err)
	return ix, c, report
}
