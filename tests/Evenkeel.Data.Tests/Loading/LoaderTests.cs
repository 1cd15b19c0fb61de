using Evenkeel.Data.Datasets;
using Evenkeel.Data.Loading;
using static Evenkeel.Data.Tests.Assertions;

namespace Evenkeel.Data.Tests.Loading;

public sealed class LoaderTests
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void An_epoch_deals_out_every_sample_once(bool shuffle, bool dropLast)
    {
        var loader = new Loader(Counting(103), new LoaderOptions { BatchSize = 10, Shuffle = shuffle, DropLast = dropLast });
        var epoch = Deal(loader, loader.BatchesPerEpoch);
        Assert.Equal(dropLast ? 10 : 11, loader.BatchesPerEpoch);
        Assert.Equal(dropLast ? 100 : 103, epoch.Length);
        Assert.Equal(loader.SamplesPerEpoch, epoch.Length);
        Assert.Equal(epoch.Length, epoch.Distinct().Count());
        Assert.Equal(!shuffle, epoch.SequenceEqual(Enumerable.Range(0, 103)));
        Assert.Equal(new LoaderPosition(1, 0), loader.Position);
    }

    [Fact]
    public void The_order_is_a_function_of_seed_and_epoch()
    {
        var one = new Loader(Counting(100), new LoaderOptions { BatchSize = 10, Seed = 3 });
        var same = new Loader(Counting(100), new LoaderOptions { BatchSize = 25, Seed = 3 });
        var other = new Loader(Counting(100), new LoaderOptions { BatchSize = 10, Seed = 4 });
        int[] first = Deal(one, 10), second = Deal(one, 10);
        Assert.Equal(first, Deal(same, 4));
        Assert.Equal(second, Deal(same, 4));
        Assert.NotEqual(first, second);
        Assert.NotEqual(first, Deal(other, 10));
    }

    [Fact]
    public void The_order_is_pinned()
    {
        // A changed order would break every resumed run: this golden is never edited.
        var loader = new Loader(Counting(16), new LoaderOptions { BatchSize = 16, Seed = 1 });
        Assert.Equal("3 7 5 14 12 8 0 1 10 11 6 13 4 9 2 15", string.Join(" ", Deal(loader, 1)));
    }

    [Fact]
    public void Shuffling_is_uniform()
    {
        // Each of the 24 orders of 4 samples is due 1,000 times in 24,000 epochs; chi-squared with 23 degrees of freedom exceeds 49.7 once in a thousand.
        var loader = new Loader(Counting(4), new LoaderOptions { BatchSize = 4, Seed = 9 });
        var counts = Enumerable.Range(0, 24_000).Select(_ => string.Join(",", Deal(loader, 1))).GroupBy(o => o).Select(g => g.Count()).ToArray();
        Assert.Equal(24, counts.Length);
        Assert.InRange(counts.Sum(c => Math.Pow(c - 1000, 2) / 1000), 0, 49.7);
    }

    [Fact]
    public void Resuming_anywhere_gives_the_batches_of_an_uninterrupted_run()
    {
        var options = new LoaderOptions { BatchSize = 7, Seed = 11 };
        var whole = new Loader(Counting(50), options);
        var slot = whole.CreateSlot();
        var batches = new List<(LoaderPosition Position, int[] Indices, bool Ends)>();
        for (var i = 0; i < 24; i++)
        {
            whole.Next(slot);
            batches.Add((slot.Position, slot.Indices.ToArray(), slot.EndsEpoch));
        }

        Assert.Equal(new LoaderPosition(2, 7), batches[23].Position);
        Assert.Equal([7, 15, 23], Enumerable.Range(0, 24).Where(i => batches[i].Ends));
        for (var start = 0; start < 24; start++)
        {
            var resumed = new Loader(Counting(50), options);
            resumed.Seek(batches[start].Position.Epoch, batches[start].Position.Batch);
            var again = resumed.CreateSlot();
            for (var i = start; i < 24; i++)
            {
                resumed.Next(again);
                Assert.Equal(batches[i].Position, again.Position);
                Assert.Equal(batches[i].Indices, again.Indices.ToArray());
            }
        }
    }

    [Fact]
    public void Seeking_behind_the_last_batch_means_the_next_epoch()
    {
        var loader = new Loader(Counting(20), new LoaderOptions { BatchSize = 10 });
        loader.Seek(4, 2);
        Assert.Equal(new LoaderPosition(5, 0), loader.Position);
    }

    [Theory]
    [InlineData(0, -1)]
    [InlineData(-1, 0)]
    [InlineData(0, 3)]
    public void Seeking_to_a_batch_that_is_not_there_is_refused(int epoch, int batch) =>
        Refused<DatasetException>("EK0312", () => new Loader(Counting(20), new LoaderOptions { BatchSize = 10 }).Seek(epoch, batch), "0..1", "checkpoint");

    [Theory]
    [InlineData(0, false)]
    [InlineData(-5, false)]
    [InlineData(21, true)]
    public void A_batch_size_that_gives_no_batch_is_refused(int batchSize, bool dropLast) =>
        Refused<DatasetException>("EK0311", () => _ = new Loader(Counting(20), new LoaderOptions { BatchSize = batchSize, DropLast = dropLast }), "1..20");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(13)]
    [InlineData(64)]
    public void The_number_of_pieces_does_not_change_a_bit(int pieces)
    {
        var loader = new Loader(Counting(100), new LoaderOptions { BatchSize = 13, Seed = 2 });
        var slot = loader.CreateSlot();
        loader.Next(slot);
        float[] features = new float[26], expected = new float[26];
        int[] labels = new int[13], expectedLabels = new int[13];
        slot.Assemble(0, 1, expected, expectedLabels);
        for (var piece = pieces - 1; piece >= 0; piece--) slot.Assemble(piece, pieces, features, labels);
        Assert.Equal(expected, features);
        Assert.Equal(expectedLabels, labels);
        for (var row = 0; row < 13; row++)
        {
            Assert.Equal(slot.Indices[row], expected[row * 2]);
            Assert.Equal(slot.Indices[row] % 10, expectedLabels[row]);
        }
    }

    [Fact]
    public void Pieces_on_several_threads_give_the_bits_of_one()
    {
        var loader = new Loader(Counting(1000), new LoaderOptions { BatchSize = 500 });
        var slot = loader.CreateSlot();
        loader.Next(slot);
        float[] features = new float[1000], expected = new float[1000];
        int[] labels = new int[500], expectedLabels = new int[500];
        slot.Assemble(0, 1, expected, expectedLabels);
        var threads = Enumerable.Range(0, 4).Select(t => new Thread(() =>
        {
            for (var piece = t; piece < 64; piece += 4) slot.Assemble(piece, 64, features, labels);
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal(expected, features);
        Assert.Equal(expectedLabels, labels);
    }

    [Fact]
    public void Pieces_that_are_not_there_are_refused()
    {
        var loader = new Loader(Counting(10));
        var slot = loader.CreateSlot();
        loader.Next(slot);
        Assert.Throws<ArgumentOutOfRangeException>(() => slot.Assemble(2, 2, new float[20], new int[10]));
        Assert.Throws<ArgumentOutOfRangeException>(() => slot.Assemble(-1, 2, new float[20], new int[10]));
        Assert.Throws<ArgumentOutOfRangeException>(() => slot.Assemble(0, 0, new float[20], new int[10]));
    }

    [Fact]
    public void A_filled_slot_does_not_change_when_the_loader_moves_on()
    {
        var loader = new Loader(Counting(20), new LoaderOptions { BatchSize = 20 });
        BatchSlot one = loader.CreateSlot(), two = loader.CreateSlot();
        loader.Next(one);
        var before = one.Indices.ToArray();
        loader.Next(two);
        Assert.Equal(before, one.Indices.ToArray());
        Assert.NotEqual(before, two.Indices.ToArray());
    }

    [Fact]
    public void The_plain_loop_gives_the_same_batches_and_leaves_the_position()
    {
        var loader = new Loader(Counting(25), new LoaderOptions { BatchSize = 10, Seed = 1 });
        var slot = loader.CreateSlot();
        loader.Next(slot);
        loader.Next(slot);
        var seen = new List<int>();
        foreach (var batch in loader.Batches(epoch: 3))
        {
            Assert.Equal(batch.Count, batch.Labels.Length);
            Assert.Equal(batch.Count * 2, batch.Features.Length);
            Assert.True(batch.Values.IsEmpty);
            for (var row = 0; row < batch.Count; row++)
            {
                seen.Add((int)batch.Features[row * 2]);
                Assert.Equal(seen[^1] % 10, batch.Labels[row]);
            }
        }

        Assert.Equal(new LoaderPosition(0, 2), loader.Position);
        loader.Seek(3, 0);
        Assert.Equal(Deal(loader, 3), seen);
    }

    [Fact]
    public void Value_targets_are_assembled_too()
    {
        var data = Dataset.From(30, [1], (i, x) => x[0] = i, (i, y) => (y[0], y[1]) = (2 * i, 3 * i), 2);
        foreach (var batch in new Loader(data, new LoaderOptions { BatchSize = 8 }).Batches())
        {
            Assert.True(batch.Labels.IsEmpty);
            Assert.Equal(batch.Count * 2, batch.Values.Length);
            for (var row = 0; row < batch.Count; row++) Assert.Equal((2 * batch.Features[row], 3 * batch.Features[row]), (batch.Values[2 * row], batch.Values[(2 * row) + 1]));
        }
    }

    [Fact]
    public void No_byte_is_allocated_per_batch_or_epoch()
    {
        var bytes = Dataset.FromBytes(new byte[100 * 16], [4, 4, 1], new int[100]).HoldOut(10, 0).First;
        var loader = new Loader(bytes, new LoaderOptions { BatchSize = 20 });
        var slot = loader.CreateSlot();
        float[] features = new float[20 * 16];
        int[] labels = new int[20];
        Run(10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run(int batches)
        {
            for (var i = 0; i < batches; i++)
            {
                loader.Next(slot);
                for (var piece = 0; piece < 3; piece++) slot.Assemble(piece, 3, features, labels);
            }
        }
    }

    private static int[] Deal(Loader loader, int batches)
    {
        var slot = loader.CreateSlot();
        var all = new List<int>();
        for (var i = 0; i < batches; i++)
        {
            loader.Next(slot);
            all.AddRange(slot.Indices);
        }

        return all.ToArray();
    }
}
