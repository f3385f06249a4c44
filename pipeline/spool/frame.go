package spool

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"

	"github.com/klauspost/compress/s2"
)

const (
	// FrameRows is how many rows a frame holds at most; one frame is one batch of work.
	FrameRows = 1024
	// frameBytes closes a frame early when its rows are large.
	frameBytes = 1 << 20

	headerBytes = 16
)

// ErrTorn means that a spool file ends early or its bytes are not those that were written.
var ErrTorn = errors.New("spool: file is torn")

// Frame is a batch of encoded rows.
type Frame struct {
	Rows int
	data []byte // rows, each behind its length as a varint
	room []byte // where Pack compresses
}

// Add appends one encoded row.
func (f *Frame) Add(row []byte) {
	f.data = binary.AppendUvarint(f.data, uint64(len(row)))
	f.data = append(f.data, row...)
	f.Rows++
}

// Full reports whether the frame should be written.
func (f *Frame) Full() bool { return f.Rows >= FrameRows || len(f.data) >= frameBytes }

// Reset empties the frame and keeps its memory.
func (f *Frame) Reset() { f.Rows, f.data = 0, f.data[:0] }

// Each calls visit for every row in order. The row aliases the frame.
func (f *Frame) Each(visit func(row []byte) error) error {
	for rest := f.data; len(rest) > 0; {
		n, w := binary.Uvarint(rest)
		if w <= 0 || n > uint64(len(rest)-w) {
			return ErrTorn
		}
		if err := visit(rest[w : w+int(n)]); err != nil {
			return err
		}
		rest = rest[w+int(n):]
	}
	return nil
}

// Packed is a frame as it stands in a file: compressed, with its header.
type Packed []byte

// Pack compresses a frame. It is the costly half of writing, so workers do it.
func (f *Frame) Pack() Packed {
	f.room = slices.Grow(f.room[:0], s2.MaxEncodedLen(len(f.data)))
	body := s2.Encode(f.room[:cap(f.room)], f.data)
	out := append(make([]byte, headerBytes, headerBytes+len(body)), body...)
	binary.LittleEndian.PutUint32(out[0:], uint32(len(body)))
	binary.LittleEndian.PutUint32(out[4:], uint32(f.Rows))
	binary.LittleEndian.PutUint32(out[8:], crc32.Checksum(body, castagnoli))
	binary.LittleEndian.PutUint32(out[12:], uint32(len(f.data)))
	return out
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Rows is how many rows the packed frame holds.
func (p Packed) Rows() int { return int(binary.LittleEndian.Uint32(p[4:])) }

// Unpack checks and decompresses a frame.
func (p Packed) Unpack() (*Frame, error) {
	body := p[headerBytes:]
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(p[8:]) {
		return nil, ErrTorn
	}
	data, err := s2.Decode(make([]byte, binary.LittleEndian.Uint32(p[12:])), body)
	if err != nil {
		return nil, ErrTorn
	}
	return &Frame{Rows: p.Rows(), data: data}, nil
}

// readPacked reads the next packed frame; io.EOF at the end of the file.
func readPacked(r io.Reader) (Packed, error) {
	var header [headerBytes]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		return nil, fmt.Errorf("%w: %w", ErrTorn, err)
	}
	n := int(binary.LittleEndian.Uint32(header[0:]))
	if n > s2.MaxEncodedLen(1<<30) {
		return nil, ErrTorn
	}
	p := make(Packed, headerBytes+n)
	copy(p, header[:])
	if _, err := io.ReadFull(r, p[headerBytes:]); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF // an end inside a frame is no end
		}
		return nil, fmt.Errorf("%w: %w", ErrTorn, err)
	}
	return p, nil
}
