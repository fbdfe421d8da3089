package journal

import (
	"encoding/binary"
	"hash/crc32"
	"math"
)

const (
	magic       = "bsnnjnl2"
	formerMagic = "bsnnjnl1"
	prefix      = 8       // bytes of length and checksum before a body
	maxRecord   = 1 << 28 // bytes of a body

	kindHeader  = 'h'
	kindMixed   = 'm' // what follows may come from another environment
	kindSection = 's'
	kindVector  = 'v'
	kindNamed   = 'j'
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendRecord appends a record whose body fill appends.
func appendRecord(dst []byte, fill func([]byte) []byte) []byte {
	start := len(dst)
	dst = fill(append(dst, make([]byte, prefix)...))
	record := dst[start:]
	binary.LittleEndian.PutUint32(record, uint32(len(record)-prefix))
	binary.LittleEndian.PutUint32(record[4:], checksum(record))
	return dst
}

// checksum covers the length and the body of a record.
func checksum(record []byte) uint32 {
	return crc32.Update(crc32.Checksum(record[:4], castagnoli), castagnoli, record[prefix:])
}

func appendText(dst []byte, kind byte, text string) []byte {
	return appendRecord(dst, func(b []byte) []byte { return append(append(b, kind), text...) })
}

func appendVector(dst []byte, index int, values []float64) []byte {
	return appendRecord(dst, func(b []byte) []byte {
		return appendFloats(binary.AppendUvarint(append(b, kindVector), uint64(index)), values)
	})
}

func appendNamed(dst []byte, name string, value []byte) []byte {
	return appendRecord(dst, func(b []byte) []byte {
		b = binary.AppendUvarint(append(b, kindNamed), uint64(len(name)))
		return append(append(b, name...), value...)
	})
}

// cutNamed undoes what appendNamed does after the kind.
func cutNamed(body []byte) (name string, value []byte, ok bool) {
	length, n := binary.Uvarint(body)
	if n <= 0 || length > uint64(len(body)-n) {
		return "", nil, false
	}
	body = body[n:]
	return string(body[:length]), body[length:], true
}

func appendFloats(b []byte, values []float64) []byte {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// decodeVector undoes appendFloats.
func decodeVector(b []byte) []float64 {
	out := make([]float64, len(b)/8)
	for i := range out {
		out[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return out
}

// next takes the first record off data; why is not empty if it is not there as
// it was written.
func next(data []byte) (body, rest []byte, why string) {
	if len(data) < prefix {
		return nil, nil, "a record is cut short"
	}
	n := binary.LittleEndian.Uint32(data)
	switch {
	case n == 0 || n > maxRecord:
		return nil, nil, "a record has an impossible length"
	case uint64(len(data)) < prefix+uint64(n):
		return nil, nil, "a record is cut short"
	}
	record := data[:prefix+n]
	if checksum(record) != binary.LittleEndian.Uint32(record[4:]) {
		return nil, nil, "a checksum does not match"
	}
	return record[prefix:], data[len(record):], ""
}

// searchWork is how many bytes are summed up, at most, in search of a sound record
// after damage: in a file that is made to do harm one may begin at every byte.
const searchWork = 1 << 30

// followed says whether a sound record begins anywhere after the first byte, or
// whether that is too costly to tell.
func followed(data []byte) bool {
	work := 0
	for at := 1; at+prefix < len(data); at++ {
		if _, _, why := next(data[at:]); why == "" {
			return true
		}
		if n := binary.LittleEndian.Uint32(data[at:]); n <= maxRecord && int(n) <= len(data)-at-prefix {
			work += int(n)
		}
		if work > searchWork {
			return true
		}
	}
	return false
}
