package invoices

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRead(t *testing.T) {
	t.Parallel()
	file := "\ufeffCountry,InvoiceNo,amount,CustomerID,InvoiceDate,note\r\n" +
		"Japan,1,10.50,A,2024-01-02T03:04:05Z,\r\n" +
		"\"Korea, South\",2,-3,B,2024-01-03 10:00:00,x\n" +
		"Japan,1,10.50,A,2024-01-02T03:04:05Z,again\n" +
		"\n" +
		"Japan,3,ten,A,2024-01-02T03:04:05Z,\n" +
		"Japan,4,1e1000000000,A,2024-01-02T03:04:05Z,\n" +
		"Japan,5,1,A,yesterday,\n" +
		"Japan,6,1,A\n" +
		"Japan,,1,A,2024-01-02T03:04:05Z,\n" +
		"\"broken,7,1,A,2024-01-02T03:04:05Z,\n" +
		"Japan,C8,-1,,2024-01-05T00:00:00+09:00,\n"
	var rows []Row
	report, err := Read(strings.NewReader(file), func(r Row) { rows = append(rows, r) })
	require.NoError(t, err)
	require.Equal(t, 10, report.Rows)
	require.Equal(t, 3, report.Invoices)
	require.Equal(t, 1, report.Duplicates)
	require.Equal(t, 6, report.Malformed)
	require.Len(t, report.Examples, 3)
	require.Equal(t, report.Rows, report.Invoices+report.Duplicates+report.Malformed)
	require.Equal(t, "Korea, South", rows[1].Country)
	require.True(t, rows[2].Cancelled())
	require.Equal(t, "2024-01-04T15:00:00Z", rows[2].At.Format("2006-01-02T15:04:05Z07:00"))
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	none := func(Row) {}
	_, err := Read(strings.NewReader("InvoiceNo,Country,amount\n"), none)
	require.ErrorIs(t, err, ErrColumns)
	require.ErrorContains(t, err, "CustomerID, InvoiceDate")
	_, err = Read(strings.NewReader(""), none)
	require.ErrorIs(t, err, ErrColumns)
	_, err = Read(strings.NewReader("InvoiceNo,CustomerID,InvoiceDate,Country,amount\n"+strings.Repeat("x", 1<<20)), none)
	require.ErrorIs(t, err, ErrTooLong)
	_, err = Open(filepath.Join(t.TempDir(), "absent.csv"), nil, none)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = Open(t.TempDir(), nil, none)
	require.ErrorContains(t, err, "folder")
}

// What other programs write where they have nothing, and what terminals should not
// be shown, is counted and never ends the reading.
func TestOddRows(t *testing.T) {
	t.Parallel()
	head := "InvoiceNo,CustomerID,InvoiceDate,Country,amount\n"
	var rows []Row
	report, err := Read(strings.NewReader(head+
		"1,nan,2024-01-01T00:00:00Z,Italy,5\n"+
		"2,A,12/1/2010 8:26,Italy,139.11999999999998\n"+
		"3,A,2024-01-01T00:00:00Z,\x1b[2J,5\n"+
		"4,"+strings.Repeat("A", 300)+",2024-01-01T00:00:00Z,Italy,5\n"+
		"5,A,2024-01-01T00:00:00Z,Italy,999999999999999999\n"), func(r Row) { rows = append(rows, r) })
	require.NoError(t, err)
	require.Equal(t, 2, report.Invoices)
	require.Equal(t, 3, report.Malformed)
	require.Empty(t, rows[0].Customer)
	require.Equal(t, "139.12", rows[1].Amount.StringFixed(2))
	require.NotContains(t, strings.Join(report.Examples, ""), "\x1b")
	_, err = Read(strings.NewReader("amount,"+head), func(Row) {})
	require.ErrorContains(t, err, "amount stands there twice")
	_, err = Read(strings.NewReader("a\x00b\x1b"), func(Row) {})
	require.NotContains(t, err.Error(), "\x1b")
}

func TestOpenUnpacks(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write([]byte("InvoiceNo,CustomerID,InvoiceDate,Country,amount\n1,A,2024-01-01T00:00:00Z,Italy,5\n"))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	path := filepath.Join(t.TempDir(), "a.csv.gz")
	require.NoError(t, os.WriteFile(path, packed.Bytes(), 0o600))
	told := int64(0)
	report, err := Open(path, func(read, _ int64) { told = read }, func(Row) {})
	require.NoError(t, err)
	require.Equal(t, 1, report.Invoices)
	require.Equal(t, int64(packed.Len()), told)
	require.NoError(t, os.WriteFile(path, packed.Bytes()[:packed.Len()-6], 0o600))
	_, err = Open(path, nil, func(Row) {})
	require.ErrorContains(t, err, "gzip data are cut off")
}

func FuzzRead(f *testing.F) {
	f.Add("InvoiceNo,CustomerID,InvoiceDate,Country,amount\n1,A,2024-01-01T00:00:00Z,Italy,5\n")
	f.Fuzz(func(t *testing.T, s string) {
		n := 0
		report, err := Read(strings.NewReader(s), func(Row) { n++ })
		if err == nil {
			require.Equal(t, report.Rows, report.Invoices+report.Duplicates+report.Malformed)
		}
		require.Equal(t, report.Invoices, n)
	})
}
