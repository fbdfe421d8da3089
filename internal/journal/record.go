package journal

import (
	"encoding/binary"
	"hash/crc32"
	"math"
)

const (
	magic     = "bsnnjnl1"
	prefix    = 8       // bytes of length and checksum before a body
	maxRecord = 1 << 20 // bytes of a body

	kindHeader  = 'h'
	kindSection = 's'
	kindValues  = 'v'
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

func appendValues(dst []byte, index int, values []float64) []byte {
	return appendRecord(dst, func(b []byte) []byte {
		b = binary.AppendUvarint(append(b, kindValues), uint64(index))
		for _, v := range values {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
		return b
	})
}

// decode undoes the values of appendValues.
func decode(b []byte) []float64 {
	out := make([]float64, len(b)/8)
	for i := range out {
		out[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return out
}

// next takes the first record off data. It is complete unless data ends
// before the record does; why is not empty if it is not as written.
func next(data []byte) (body, rest []byte, complete bool, why string) {
	if len(data) < prefix {
		return nil, nil, false, ""
	}
	n := binary.LittleEndian.Uint32(data)
	switch {
	case n == 0 || n > maxRecord:
		return nil, nil, true, "a record has an impossible length"
	case uint64(len(data)) < prefix+uint64(n):
		return nil, nil, false, ""
	}
	record := data[:prefix+n]
	if checksum(record) != binary.LittleEndian.Uint32(record[4:]) {
		return nil, nil, true, "a checksum does not match"
	}
	return record[prefix:], data[len(record):], true, ""
}
