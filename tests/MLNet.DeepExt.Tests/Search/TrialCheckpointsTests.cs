using MLNet.DeepExt.Search;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

[Trait("Spec", "C5")]
public sealed class TrialCheckpointsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Those_of_one_trial_are_deleted()
    {
        string folder = Directory.CreateDirectory(_directory.PathOf("some")).FullName;
        var checkpoints = new TrialCheckpoints(folder);
        foreach (int trial in (int[])[1, 11])
            File.WriteAllText($"{checkpoints.PrefixOf(trial)}-1", "");
        checkpoints.Delete(1);
        Assert.Equal(["trial-11-1"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_mark_tells_whether_those_of_a_trial_have_changed()
    {
        var checkpoints = new TrialCheckpoints(_directory.PathOf("some"));
        Assert.Null(checkpoints.MarkOf(1));
        Directory.CreateDirectory(_directory.PathOf("some"));
        Assert.Null(checkpoints.MarkOf(1));
        string file = $"{checkpoints.PrefixOf(1)}-1";
        List<string?> marks = [];
        foreach (string text in (string[])["a", "bc"])
        {
            File.WriteAllText(file, text);
            marks.Add(checkpoints.MarkOf(1));
            Assert.Equal(marks[^1], checkpoints.MarkOf(1));
        }

        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        marks.Add(checkpoints.MarkOf(1));
        File.WriteAllText($"{checkpoints.PrefixOf(1)}-2", "");
        marks.Add(checkpoints.MarkOf(1));
        Assert.DoesNotContain(null, marks);
        Assert.Equal(4, marks.Distinct().Count());
        File.WriteAllText($"{checkpoints.PrefixOf(11)}-1", "");
        Assert.Equal(marks[^1], checkpoints.MarkOf(1));
        Assert.Null(new TrialCheckpoints(null).MarkOf(1));
    }

    [Fact]
    public void One_that_somebody_reads_and_a_folder_that_is_gone_are_no_errors()
    {
        string folder = Directory.CreateDirectory(_directory.PathOf("some")).FullName;
        var checkpoints = new TrialCheckpoints(folder);
        string first = $"{checkpoints.PrefixOf(1)}-1", second = $"{checkpoints.PrefixOf(1)}-2";
        File.WriteAllText(first, "");
        File.WriteAllText(second, "");
        using (new FileStream(first, FileMode.Open, FileAccess.Read, FileShare.None))
            checkpoints.Delete(1);
        Assert.False(File.Exists(second));
        Directory.Delete(folder, recursive: true);
        checkpoints.Delete(1);
        Assert.False(Directory.Exists(folder));
        new TrialCheckpoints(null).Delete(1);
    }
}
