package logbook

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"bsnn/internal/folder"
	"bsnn/internal/journal"
	"bsnn/internal/provenance"
	"bsnn/network/dataset"
	"bsnn/network/training"
)

// Options are what a run in a folder may differ in without being another one.
type Options struct {
	BLAS string       // the matrix library in words; "" is none but our own
	Warn func(string) // told what a user should know, one sentence each
	// Mixed goes on with what another build of the program began, or another
	// processor or BLAS library: the last bits may differ. The Document says so.
	Mixed bool
}

// Checksum identifies the rows of both parts.
func Checksum(e *dataset.Examples) string {
	return training.Checksum(e.Train) + " " + training.Checksum(e.Test)
}

// A store is the journal of a folder. Its records are what the Document is made
// of; the nil store keeps nothing.
type store struct{ *journal.Journal }

// Sections of the journal. Epochs are named by their numbers.
const (
	headSection  = "document" // without Start and Records
	startSection = "start"
	epochSection = "epoch"
	only         = "last" // name where a section has one value
)

// identity is the part of a run that stays the same when it goes on: it may get
// more epochs or another cap on its steps, and its files may have moved.
type identity struct {
	Spec training.Spec `json:"spec"`
	Data Data          `json:"data"`
}

func identityOf(spec training.Spec, d Data) identity {
	spec.Epochs, spec.Steps = 0, 0
	return identity{spec, Data{Name: d.Name, TrainSize: d.TrainSize, TestSize: d.TestSize, Seed: d.Seed, Standardize: d.Standardize,
		TrainRows: d.TrainRows, TestRows: d.TestRows}}
}

// openStore opens the journal of a folder, or begins it.
func openStore(c *folder.Claim, spec training.Spec, d Data, e *dataset.Examples, o Options) (*store, error) {
	run := provenance.Run{Kind: "train", Asked: identityOf(spec, d), Data: Checksum(e), Environment: provenance.Now(o.BLAS)}
	policy := journal.Same
	if o.Mixed {
		policy = journal.Mixed
	}
	j, err := journal.OpenIn(c, JournalName, run, policy)
	if err != nil {
		return nil, err
	}
	if n := j.Dropped(); n > 0 && o.Warn != nil {
		o.Warn(fmt.Sprintf("the last %d bytes of %s were not written completely; what they held is done again", n, j.Path()))
	}
	return &store{j}, nil
}

// Begun says whether a folder holds a run that [Resume] may go on with.
func Begun(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, JournalName))
	return err == nil
}

func (s *store) putHead(d Document) error {
	if s == nil {
		return nil
	}
	d.Start, d.Records = nil, nil
	return s.Put(headSection, only, d)
}

func (s *store) putStart(r training.EpochRecord) error {
	if s == nil {
		return nil
	}
	return s.Put(startSection, only, r)
}

func (s *store) putEpoch(r training.EpochRecord) error {
	if s == nil {
		return nil
	}
	return s.Put(epochSection, strconv.Itoa(r.Epoch), r)
}

// document puts together what is known of a run that has completed the given
// number of epochs.
func (s *store) document(epochs int) (Document, error) {
	var d Document
	found, err := s.Get(headSection, only, &d)
	if err != nil {
		return d, err
	}
	if !found { // killed before there was one
		d.Status = Running
	}
	var start training.EpochRecord
	found, err = s.Get(startSection, only, &start)
	if err != nil {
		return d, err
	}
	if found {
		d.Start = &start
	}
	d.Records = []training.EpochRecord{}
	for epoch := 1; epoch <= epochs; epoch++ {
		var r training.EpochRecord
		found, err := s.Get(epochSection, strconv.Itoa(epoch), &r)
		if err != nil {
			return d, err
		}
		if !found || r.Epoch != epoch {
			return d, fmt.Errorf("%s has no record of epoch %d, which the checkpoint has passed; want the two files as the run wrote them",
				s.Path(), epoch)
		}
		d.Records = append(d.Records, r)
	}
	return d, nil
}

// close lets other processes have the folder.
func (s *store) close() error {
	if s == nil {
		return nil
	}
	return s.Close()
}

// mixed says whether several environments had a part in the run.
func (s *store) mixed() bool { return s != nil && s.Mixed() }
