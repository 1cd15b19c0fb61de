using Evenkeel.Data.Datasets;
using Evenkeel.Data.Readers;
using static Evenkeel.Data.Tests.Assertions;
using static Evenkeel.Data.Tests.TemporaryFolder;

namespace Evenkeel.Data.Tests.Readers;

public sealed class IdxFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, bool> Spellings => new()
    {
        { "{0}", false },
        { "{0}", true },
        { "dots", false },
        { "emnist", true },
        { "test", false },
    };

    [Theory]
    [MemberData(nameof(Spellings))]
    public void Both_parts_are_read_whatever_the_spelling(string spelling, bool zipped)
    {
        _folder.WithSet(zipped: zipped, rename: name => spelling switch
        {
            "dots" => name.Replace("-idx", ".idx", StringComparison.Ordinal),
            "emnist" => "emnist-letters-" + name,
            "test" => name.Replace("t10k", "test", StringComparison.Ordinal),
            _ => name,
        });
        var (name, training, test, source) = IdxFolder.Load(_folder.Root, "little");
        Assert.Equal(("little", 3, 2, _folder.Root), (name, training.Count, test.Count, source));
        Assert.Equal([2, 2, 1], training.Shape);
        // The test part alone has class 3.
        Assert.Equal(4, training.Target.ClassCount);
        Assert.Equal(training.Target, test.Target);
        Assert.Equal([2 / 255f, 3 / 255f, 4 / 255f, 5 / 255f], ReadFeatures(training, 2));
        Assert.Equal([1, 3], new[] { test.ReadLabel(0), test.ReadLabel(1) });
    }

    [Fact]
    public void Classes_are_named_by_a_file_beside()
    {
        _folder.WithSet().Write("classes.txt", "shirt\n trousers \n\nhat\nbag\n"u8.ToArray());
        Assert.Equal(["shirt", "trousers", "hat", "bag"], IdxFolder.Load(_folder.Root).Training.Target.ClassNames);
    }

    [Fact]
    public void Float_images_keep_their_values()
    {
        _folder.WithSet().Write("train-images-idx3-ubyte", Idx(0x0B, [3, 2, 2], new byte[24]));
        _folder.Write("t10k-images-idx3-ubyte", Idx(0x0B, [2, 2, 2], 1, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7));
        Assert.Equal([256f, 1, 2, 3], ReadFeatures(IdxFolder.Load(_folder.Root).Test, 0));
    }

    [Fact]
    public void A_plain_file_and_its_packed_twin_are_one()
    {
        _folder.WithSet().WithSet(zipped: true);
        Assert.Equal(3, IdxFolder.Load(_folder.Root).Training.Count);
    }

    [Fact]
    public void A_folder_is_known_by_its_four_files()
    {
        Assert.False(IdxFolder.Exists(_folder["absent"]));
        Assert.False(IdxFolder.Exists(_folder.Root));
        _folder.WithSet();
        Assert.True(IdxFolder.Exists(_folder.Root));
        File.Delete(_folder["t10k-labels-idx1-ubyte"]);
        Assert.False(IdxFolder.Exists(_folder.Root));
        Refused<DataFileException>("EK0329", () => IdxFolder.Load(_folder.Root), "labels to test with", "t10k-labels-idx1-ubyte");
    }

    [Fact]
    public void Folders_that_are_not_there_are_refused() =>
        Refused<DataFileException>("EK0320", () => IdxFolder.Load(_folder["absent"]), "absent");

    [Fact]
    public void Two_datasets_in_one_folder_are_refused() =>
        Refused<DataFileException>("EK0330", () => IdxFolder.Load(_folder.WithSet().WithSet(rename: n => "fashion-" + n).Root), "fashion-train-images-idx3-ubyte", "One dataset per folder"[4..]);

    [Fact]
    public void Images_and_labels_that_do_not_belong_together_are_refused()
    {
        Refused<DataFileException>("EK0327", () => IdxFolder.Load(_folder.WithSet(trainLabels: Idx(8, [2], 0, 1)).Root), "3 images came with 2 labels", "train-labels");
        Refused<DataFileException>("EK0327", () => IdxFolder.Load(_folder.WithSet(trainLabels: Idx(8, [3, 1], 0, 1, 2)).Root), "2 dimensions");
        _folder.WithSet().Write("train-images-idx3-ubyte", Idx(8, [3], 0, 1, 2));
        Refused<DataFileException>("EK0327", () => IdxFolder.Load(_folder.Root), "1 dimension");
        _folder.WithSet().Write("train-images-idx3-ubyte", Idx(8, [3, 1, 1], 0, 1, 2));
        Refused<DataFileException>("EK0327", () => IdxFolder.Load(_folder.Root), "[1, 1, 1]", "[2, 2, 1]");
    }

    [Fact]
    public void Labels_outside_the_classes_are_refused_with_their_place()
    {
        Refused<DataFileException>("EK0328", () => IdxFolder.Load(_folder.WithSet().Root, target: TargetSpec.Classes(2)), "label 2 is 2", "0..1", "train-labels");
        Refused<DataFileException>("EK0328", () => IdxFolder.Load(_folder.WithSet(trainLabels: Idx(9, [3], 0, 0xFF, 2)).Root), "label 1 is -1");
    }

    [Fact]
    public void Labels_of_floats_are_refused() =>
        Refused<DataFileException>("EK0325", () => IdxFolder.Load(_folder.WithSet(trainLabels: Idx(0x0D, [3], new byte[12])).Root), "integers are expected");
}
