// How an entry is written: a format byte, the tags with their words, the value.

package cache

import "encoding/binary"

const formatV1 = 1

type tagWord struct{ tag, word string }

type entry struct {
	tags  []tagWord
	value []byte
}

func encode(e entry) []byte {
	raw := []byte{formatV1}
	raw = binary.AppendUvarint(raw, uint64(len(e.tags)))
	for _, t := range e.tags {
		for _, s := range []string{t.tag, t.word} {
			raw = binary.AppendUvarint(raw, uint64(len(s)))
			raw = append(raw, s...)
		}
	}
	return append(raw, e.value...)
}

// decode is false for anything that encode did not write, such as an entry of
// an older release.
func decode(raw []byte) (e entry, ok bool) {
	if len(raw) == 0 || raw[0] != formatV1 {
		return entry{}, false
	}
	raw = raw[1:]
	number := func() (uint64, bool) {
		n, size := binary.Uvarint(raw)
		if size <= 0 || n > uint64(len(raw)-size) {
			return 0, false
		}
		raw = raw[size:]
		return n, true
	}
	count, ok := number()
	if !ok {
		return entry{}, false
	}
	for range count {
		var pair [2]string
		for i := range pair {
			n, ok := number()
			if !ok {
				return entry{}, false
			}
			pair[i], raw = string(raw[:n]), raw[n:]
		}
		e.tags = append(e.tags, tagWord{pair[0], pair[1]})
	}
	e.value = raw
	return e, true
}
