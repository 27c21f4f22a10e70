// Package invoices reads invoice files in the column layout of UCI Online Retail
// at invoice level: InvoiceNo, CustomerID, InvoiceDate, Country and amount in any
// order, other columns ignored, plain or gzip. Every row is either given to the
// caller or counted as something: nothing is dropped in silence.
package invoices

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/amount"
)

// Row is one invoice of the file.
type Row struct {
	Number   string
	Customer string // empty where the file names none
	At       time.Time
	Country  string
	Amount   decimal.Decimal
}

// Cancelled reports whether the row takes an order back: its number begins with C.
func (r Row) Cancelled() bool { return strings.HasPrefix(r.Number, "C") }

// Report counts what became of the rows.
type Report struct {
	Rows       int      `json:"rows"`       // data rows, the header and blank lines not counted
	Invoices   int      `json:"invoices"`   // rows that were read
	Duplicates int      `json:"duplicates"` // rows whose number had come before; the first one counts
	Malformed  int      `json:"malformed"`  // rows that could not be read
	Examples   []string `json:"examples"`   // the first few faults, each with its line
}

// Errors on which a caller may branch.
var (
	ErrColumns = errors.New("missing column")
	ErrTooLong = errors.New("line too long")
)

const (
	maxLine     = 64 << 10
	maxExamples = 3
)

// Columns that a file must have.
var columns = []string{"InvoiceNo", "CustomerID", "InvoiceDate", "Country", "amount"}

// Open reads a file, unpacking it when it is gzip. progress, when not nil, is told
// how many bytes of the file have been read, of how many.
func Open(path string, progress func(read, size int64), each func(Row)) (Report, error) {
	f, err := os.Open(path)
	if err != nil {
		return Report{}, err
	}
	defer f.Close() //nolint:errcheck // read only
	info, err := f.Stat()
	if err != nil {
		return Report{}, err
	}
	if info.IsDir() {
		return Report{}, fmt.Errorf("%s is a folder, not a file", path)
	}
	var source io.Reader = &counted{r: f, size: info.Size(), tell: progress}
	buffered := bufio.NewReader(source)
	if magic, _ := buffered.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		unpacked, err := gzip.NewReader(buffered)
		if err != nil {
			return Report{}, fmt.Errorf("%s: %w", path, err)
		}
		buffered = bufio.NewReader(unpacked)
	}
	report, err := Read(buffered, each)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) {
		return report, fmt.Errorf("%s: the gzip data are cut off or damaged (%w)", path, err)
	}
	if err != nil {
		return report, fmt.Errorf("%s: %w", path, err)
	}
	return report, nil
}

// counted tells how far a file has been read.
type counted struct {
	r          io.Reader
	read, size int64
	tell       func(read, size int64)
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.read += int64(n)
	if c.tell != nil {
		c.tell(c.read, c.size)
	}
	return n, err
}

// Read reads the rows of a stream line by line, so that one broken quote spoils
// one row.
func Read(r io.Reader, each func(Row)) (Report, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 4096), maxLine)
	report := Report{Examples: []string{}}
	at, err := header(lines)
	if err != nil {
		return report, err
	}
	seen := map[string]bool{}
	for line := 2; lines.Scan(); line++ {
		text := lines.Text()
		if strings.TrimSpace(text) == "" {
			continue
		}
		report.Rows++
		row, err := at.row(text)
		switch {
		case err != nil:
			report.Malformed++
			if len(report.Examples) < maxExamples {
				report.Examples = append(report.Examples, fmt.Sprintf("line %d: %v", line, err))
			}
		case seen[row.Number]:
			report.Duplicates++
		default:
			seen[row.Number] = true
			report.Invoices++
			each(row)
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return report, fmt.Errorf("row %d: %w (more than %d bytes); is it a csv file?", report.Rows+1, ErrTooLong, maxLine)
	} else if err != nil {
		return report, err
	}
	return report, nil
}

// places is where the columns stand.
type places struct {
	fields int
	of     [5]int // in the order of columns
}

func header(lines *bufio.Scanner) (places, error) {
	var p places
	if !lines.Scan() {
		if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
			return p, fmt.Errorf("header: %w (more than %d bytes); is it a csv file?", ErrTooLong, maxLine)
		} else if err != nil {
			return p, err
		}
		return p, fmt.Errorf("%w: the file has no header line; want %s", ErrColumns, strings.Join(columns, ", "))
	}
	names, err := split(strings.TrimPrefix(lines.Text(), "\ufeff"))
	if err != nil {
		return p, fmt.Errorf("%w: the first line is not a csv header", ErrColumns)
	}
	p.fields = len(names)
	var missing []string
	for i, column := range columns {
		p.of[i] = -1
		for j, name := range names {
			if !strings.EqualFold(strings.TrimSpace(name), column) {
				continue
			}
			if p.of[i] >= 0 {
				return p, fmt.Errorf("%w: %s stands there twice", ErrColumns, column)
			}
			p.of[i] = j
		}
		if p.of[i] < 0 {
			missing = append(missing, column)
		}
	}
	if missing != nil {
		return p, fmt.Errorf("%w %s (the header has %s)", ErrColumns, strings.Join(missing, ", "), quoted(strings.Join(names, ", ")))
	}
	return p, nil
}

func split(line string) ([]string, error) {
	if !strings.Contains(line, `"`) {
		return strings.Split(strings.TrimSuffix(line, "\r"), ","), nil
	}
	return csv.NewReader(strings.NewReader(line)).Read()
}

func (p places) row(line string) (Row, error) {
	fields, err := split(line)
	if err != nil {
		return Row{}, err
	}
	if len(fields) != p.fields {
		return Row{}, fmt.Errorf("%d fields, the header has %d", len(fields), p.fields)
	}
	field := func(i int) string { return strings.TrimSpace(fields[p.of[i]]) }
	row := Row{Number: field(0), Customer: known(field(1)), Country: field(3)}
	if row.Number == "" {
		return Row{}, errors.New("no invoice number")
	}
	for i, name := range []string{"InvoiceNo", "CustomerID", "", "Country"} {
		if name == "" {
			continue
		}
		if text := field(i); !plain(text) {
			return Row{}, fmt.Errorf("%s is not plain text of at most %d bytes: %s", name, maxText, quoted(text))
		}
	}
	if row.At, err = instant(field(2)); err != nil {
		return Row{}, err
	}
	row.Amount, err = money(field(4))
	return row, err
}

// maxText is the most bytes of a number, customer or country.
const maxText = 100

// plain reports whether a text may be shown and stored as it is.
func plain(s string) bool {
	return len(s) <= maxText && utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

// known is the customer's number, or nothing for the words that programs write
// where there is none.
func known(id string) string {
	switch strings.ToLower(id) {
	case "nan", "null", "none", "nil", "n/a", "na", "0", "-", "undefined", "unknown":
		return ""
	}
	return id
}

// money reads an amount of at most a thousand million. Sums that a program made in
// floating point come with a tail of digits; they are cents again to the fourth place.
func money(s string) (decimal.Decimal, error) {
	d, err := amount.Parse(s)
	if err != nil {
		return d, err
	}
	if d.Abs().Cmp(decimal.New(1, 9)) > 0 {
		return d, fmt.Errorf("amount beyond a thousand million: %s", quoted(s))
	}
	return d.Round(4), nil
}

// quoted shows a foreign text in an error.
func quoted(s string) string {
	const most = 40
	if len(s) > most {
		return fmt.Sprintf("%q…", s[:most])
	}
	return fmt.Sprintf("%q", s)
}

// instant reads RFC 3339, or a date with a time and no zone, which is taken as UTC;
// with slashes it is month first, as the published data set writes it.
func instant(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "1/2/2006 15:04"} {
		if t, err := time.Parse(layout, s); err == nil {
			if year := t.UTC().Year(); year < 1900 || year > 2200 {
				break
			}
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("not a date: %s", quoted(s))
}
