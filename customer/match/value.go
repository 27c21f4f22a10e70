package match

import (
	"cmp"
	"slices"
	"strings"
)

// Reason is why a value is no evidence.
type Reason uint8

// The reasons.
const (
	// ReasonPlaceholder: the value fills a field that somebody had to fill.
	ReasonPlaceholder Reason = iota + 1
	// ReasonShared: more people than a household use the contact point.
	ReasonShared
)

const reasonWords words = "placeholder shared"

// String names the reason.
func (r Reason) String() string { return reasonWords.text(uint8(r)) }

// MarshalText writes the name.
func (r Reason) MarshalText() ([]byte, error) { return reasonWords.marshal(uint8(r)) }

// UnmarshalText reads a name.
func (r *Reason) UnmarshalText(text []byte) error {
	i, err := reasonWords.parse(text)
	*r = Reason(i)
	return err
}

// Demotion is a value that counts as missing wherever records are compared or blocked,
// and why. Names is how many distinct names had it when it was found.
type Demotion struct {
	Field  string `json:"field"`
	Value  string `json:"value"` // in the form in which it is compared
	Reason Reason `json:"reason"`
	Names  int    `json:"names"`
}

// emptyWords are texts that say that there is nothing. A name is never one of them.
const emptyWords = " n/a na n.a nil none null undefined unknown unbekannt nan - -- ? x xx xxx [object object] 0 false true anonymous test "

// emptyUsers are the users of addresses that nobody reads.
const emptyUsers = " none noemail no-email no.email nomail test noreply no-reply null na n/a unknown nobody nothing invalid asdf abc xxx example a x "

// placeholder says whether a value that is compared under a role is one by its looks.
func placeholder(r Role, v string) bool {
	switch r {
	case RoleEmail:
		user, host, ok := strings.Cut(v, "@")
		return !ok || user == "" || host == "" || strings.Contains(emptyUsers, " "+user+" ")
	case RolePhone:
		return len(v) < 5 || uniform(v) || uniform(v[1:]) || strings.HasSuffix("01234567890123456789", v) || strings.Contains(v, "5550000000") && len(v) > 10
	case RolePostcode:
		return len(v) >= 3 && uniform(v) && digits(v) == len(v) || v == "12345" || strings.Contains(emptyWords, " "+v+" ")
	case RoleStreet, RolePlace, RoleAttribute:
		return strings.Contains(emptyWords, " "+v+" ")
	case RoleStrongID:
		return strings.Contains(emptyWords, " "+strings.ToLower(v)+" ") || uniform(v) && digits(v) == len(v)
	case RoleBirth:
		_, ok := parseDate(v)
		return !ok && (digits(v) < 4 || uniform(strings.ReplaceAll(v, "-", "")))
	}
	return false
}

// uniform says that all letters of a text are one.
func uniform(v string) bool { return strings.Count(v, v[:min(1, len(v))]) == len(v) }

// filler says whether a date is one that forms and spreadsheets fill in: it is demoted
// only where the records bear it out.
func filler(date string) bool {
	return strings.HasSuffix(date, "-01-01") || strings.Contains(" 1899-12-30 1899-12-31 9999-12-31 1111-11-11 2099-12-31 1980-01-06 ", " "+date+" ")
}

// demote finds the values that are no evidence in the records of a table: placeholders
// by their looks, dates that stand out from the same day of the years around them, and
// contact points of more distinct names than most.
func (t *table) demote(most int) []Demotion {
	var out []Demotion
	for _, f := range t.schema.fields {
		cols := f.columns()
		if len(cols) == 0 || f.role == RolePlain || f.role == RoleGiven || f.role == RoleSurname || f.role == RoleGeneration {
			continue
		}
		c := t.byName[cols[0]]
		d := t.columns[c].dict
		shared := f.role == RoleEmail || f.role == RolePhone
		var names []int
		if shared || f.role == RoleBirth {
			names = t.namesOf(c)
		}
		for id := 1; id < d.size(); id++ {
			v, n := d.val(uint32(id)), 0 //nolint:gosec // a value's number
			if names != nil {
				n = names[id]
			}
			switch {
			case placeholder(f.role, v):
				out = append(out, Demotion{cols[0], v, ReasonPlaceholder, n})
			case f.role == RoleBirth && filler(v) && n > 3*(1+neighbours(d, v, names)):
				out = append(out, Demotion{cols[0], v, ReasonPlaceholder, n})
			case shared && n > most:
				out = append(out, Demotion{cols[0], v, ReasonShared, n})
			}
		}
	}
	slices.SortFunc(out, func(a, b Demotion) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Value, b.Value))
	})
	return out
}

// neighbours is the greatest number of names on the same day of the two years before
// and after.
func neighbours(d *dict, date string, names []int) int {
	most := 0
	for i := range 4 {
		year := []byte(date[:4])
		step := []int{-2, -1, 1, 2}[i]
		n := int(year[0]-'0')*1000 + int(year[1]-'0')*100 + int(year[2]-'0')*10 + int(year[3]-'0') + step
		if n < 0 || n > 9999 {
			continue
		}
		year[0], year[1], year[2], year[3] = byte(n/1000)+'0', byte(n/100%10)+'0', byte(n/10%10)+'0', byte(n%10)+'0'
		if id := d.find(string(year) + date[4:]); id != 0 {
			most = max(most, names[id])
		}
	}
	return most
}

// namesOf counts the distinct names on each value of a column. Spellings of one sound
// are one name, so that a slip of the pen is no further person.
func (t *table) namesOf(c int) []int {
	counts := make([]int, t.columns[c].dict.size())
	g, ok := t.byName[Given]
	if !ok {
		return counts
	}
	s := t.byName[Surname]
	sound := make([]uint64, t.columns[g].dict.size()) // of given names and surnames, which are of one dictionary
	for id := 1; id < len(sound); id++ {
		v := t.columns[g].dict.val(uint32(id)) //nolint:gosec // a value's number
		if code := Soundex(v); code != "" {
			v = code
		}
		sound[id] = hash(v, 0)
	}
	keys := make([]uint64, 0, t.len()) // value, and a hash of the name's sound
	for i := range t.len() {
		row := t.row(i)
		if row[c] == 0 || row[g] == 0 && row[s] == 0 {
			continue
		}
		keys = append(keys, uint64(row[c])<<32|mix(sound[row[g]]*31+sound[row[s]])>>32)
	}
	radixSort(keys)
	for i, k := range keys {
		if i == 0 || k != keys[i-1] {
			counts[k>>32]++
		}
	}
	return counts
}

// demotions finds demoted values by column and value.
type demotions struct {
	list    []Demotion
	columns []int
	by      []map[string]int // by column of columns: place in list
	of      [][]int32        // by column and value number: place in list, -1 for none
}

func (t *table) demotions(list []Demotion) *demotions {
	d := &demotions{list: list}
	at := map[int]int{}
	for i, v := range list {
		c, ok := t.byName[v.Field]
		if !ok {
			continue
		}
		k, known := at[c]
		if !known {
			k = len(d.columns)
			at[c] = k
			d.columns = append(d.columns, c)
			d.by = append(d.by, map[string]int{})
			d.of = append(d.of, nil)
		}
		d.by[k][v.Value] = i
	}
	return d
}

// apply takes the demoted values out of the rows from the n-th record, and keeps which
// ones they were. Shaped columns must be filled after it.
func (t *table) apply(d *demotions, from int) {
	for k, c := range d.columns {
		values := t.columns[c].dict
		for id := len(d.of[k]); id < values.size(); id++ {
			i, ok := d.by[k][values.val(uint32(id))] //nolint:gosec // a value's number
			if !ok || id == 0 {
				i = -1
			}
			d.of[k] = append(d.of[k], int32(i)) //nolint:gosec // as many as values
		}
		for r := from; r*t.width() < len(t.rows); r++ {
			cell := &t.row(r)[c]
			if i := d.of[k][*cell]; i >= 0 && r >= t.len() { // a guest
				*cell = 0
			} else if i >= 0 {
				t.demoted[uint32(r)] = append(t.demoted[uint32(r)], d.list[i]) //nolint:gosec // a record's number
				*cell = 0
			}
		}
	}
}

// forget takes off what is known of values that are gone.
func (d *demotions) forget(t *table) {
	for k, c := range d.columns {
		d.of[k] = d.of[k][:min(len(d.of[k]), t.columns[c].dict.size())]
	}
}
