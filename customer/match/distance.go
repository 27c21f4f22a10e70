package match

// Levenshtein is the least number of insertions, deletions and replacements of one code
// point that turn a into b (V. I. Levenshtein, 1966). Nothing is folded before; bytes
// that are not UTF-8 count as U+FFFD.
func Levenshtein(a, b string) int {
	if a == b {
		return 0
	}
	if len(a) <= 64 && len(b) <= 64 && isASCII(a) && isASCII(b) {
		return levenshteinASCII(a, b)
	}
	return editDistance([]rune(a), []rune(b))
}

// levenshteinASCII is the bit-vector method of G. Myers (A fast bit-vector algorithm for
// approximate string matching, JACM 46, 1999) in the form of K. Hyyrö (2003).
func levenshteinASCII(a, b string) int {
	if len(a) == 0 || len(b) == 0 {
		return len(a) + len(b)
	}
	var at [128]uint64
	for i := range len(a) {
		at[a[i]] |= 1 << i
	}
	last := uint64(1) << (len(a) - 1)
	more, less, distance := ^uint64(0), uint64(0), len(a)
	for j := range len(b) {
		eq := at[b[j]]
		zero := (((eq & more) + more) ^ more) | eq | less
		up := less | ^(zero | more)
		down := more & zero
		if up&last != 0 {
			distance++
		}
		if down&last != 0 {
			distance--
		}
		up = up<<1 | 1
		more = down<<1 | ^(zero | up)
		less = up & zero
	}
	return distance
}

func editDistance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, s := range b {
			cost := diagonal
			if r != s {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

// DamerauLevenshtein is [Levenshtein] where the exchange of two neighbours is one more
// edit, without a limit on edits between them (F. J. Damerau, 1964; R. Lowrance and
// R. A. Wagner, 1975), so that it is a metric: ca to abc is 2.
func DamerauLevenshtein(a, b string) int {
	if a == b {
		return 0
	}
	if len(a) <= damerauMost && len(b) <= damerauMost && isASCII(a) && isASCII(b) {
		return damerauASCII(a, b)
	}
	return damerauRunes([]rune(a), []rune(b))
}

// damerauMost is the length up to which the table lies on the stack.
const damerauMost = 24

func damerauASCII(a, b string) int {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] { // what is equal at the ends costs nothing
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) == 0 || len(b) == 0 {
		return len(a) + len(b)
	}
	var table [damerauMost + 2][damerauMost + 2]uint8
	var lastRow [128]uint8
	most := uint8(len(a) + len(b)) //nolint:gosec // at most 48
	table[0][0] = most
	for i := range len(a) + 1 {
		table[i+1][0], table[i+1][1] = most, uint8(i) //nolint:gosec // at most 24
	}
	for j := range len(b) + 1 {
		table[0][j+1], table[1][j+1] = most, uint8(j) //nolint:gosec // at most 24
	}
	for i := 1; i <= len(a); i++ {
		lastColumn := 0
		for j := 1; j <= len(b); j++ {
			row, column := int(lastRow[b[j-1]]), lastColumn
			cost := uint8(1)
			if a[i-1] == b[j-1] {
				cost, lastColumn = 0, j
			}
			swap := table[row][column] + uint8(i-row-1+1+j-column-1) //nolint:gosec // at most 48
			table[i+1][j+1] = min(table[i][j]+cost, table[i+1][j]+1, table[i][j+1]+1, swap)
		}
		lastRow[a[i-1]] = uint8(i) //nolint:gosec // at most 24
	}
	return int(table[len(a)+1][len(b)+1])
}

func damerauRunes(a, b []rune) int {
	width := len(b) + 2
	table := make([]int, (len(a)+2)*width)
	at := func(i, j int) *int { return &table[i*width+j] }
	most := len(a) + len(b)
	*at(0, 0) = most
	for i := range len(a) + 1 {
		*at(i+1, 0), *at(i+1, 1) = most, i
	}
	for j := range len(b) + 1 {
		*at(0, j+1), *at(1, j+1) = most, j
	}
	lastRow := map[rune]int{}
	for i := 1; i <= len(a); i++ {
		lastColumn := 0
		for j := 1; j <= len(b); j++ {
			row, column := lastRow[b[j-1]], lastColumn
			cost := 1
			if a[i-1] == b[j-1] {
				cost, lastColumn = 0, j
			}
			swap := *at(row, column) + i - row + j - column - 1
			*at(i+1, j+1) = min(*at(i, j)+cost, *at(i+1, j)+1, *at(i, j+1)+1, swap)
		}
		lastRow[a[i-1]] = i
	}
	return *at(len(a)+1, len(b)+1)
}

// oneEdit says whether [DamerauLevenshtein] of two ASCII texts is at most one.
func oneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	a, b = a[i:], b[i:]
	switch {
	case len(a) < len(b):
		return a == b[1:]
	case len(a) == 0:
		return true
	}
	return a[1:] == b[1:] || len(a) >= 2 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]
}
