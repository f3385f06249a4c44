package extract

import (
	"fmt"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// Numberer gives every record an id of its own. Records must come sorted by source, id and digest, so that what it makes
// does not depend on the order of files and rows.
type Numberer struct {
	Made  int64 // records that had no id
	Twice int64 // records whose id an earlier one of the source has

	last   record.Key
	digest uint64
	seen   int64 // rows of the last key so far
	equal  int64 // of those, rows with the last digest
}

// Next settles a record's id and reports whether it changed: one without gets r, the digest of its cells in hex and a
// running number among equal rows; the second and further rows of one id get ~ and their digest behind it.
func (n *Numberer) Next(r *record.Record) bool {
	if r.Key != n.last || n.seen == 0 {
		n.last, n.seen, n.equal = r.Key, 0, 0
	}
	if n.seen == 0 || r.Digest != n.digest {
		n.digest, n.equal = r.Digest, 0
	}
	n.seen++
	n.equal++
	switch {
	case r.ID == "":
		n.Made++
		r.ID = fmt.Sprintf("r%016x%d", r.Digest, n.equal)
	case n.seen > 1:
		n.Twice++
		r.ID = fmt.Sprintf("%s~%08x", r.ID, uint32(r.Digest>>32))
		if n.equal > 1 {
			r.ID += fmt.Sprintf("-%d", n.equal)
		}
	default:
		return false
	}
	return true
}
