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
            File.WriteAllText($"{checkpoints.PrefixOf(trial)}-1.checkpoint", "");
        checkpoints.Delete(1);
        Assert.Equal(["trial-11-1.checkpoint"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Those_of_all_trials_that_are_not_needed_are_deleted_and_nothing_else()
    {
        string folder = Directory.CreateDirectory(_directory.PathOf("some")).FullName;
        var checkpoints = new TrialCheckpoints(folder);
        string[] others = ["other", "trial-x-1.checkpoint", "trial-"];
        foreach (string name in others.Concat(["trial-1-1.checkpoint", "trial-1-2.checkpoint.tmp", "trial-12-1.checkpoint", "trial-2-3.checkpoint"]))
            File.WriteAllText(Path.Combine(folder, name), "");
        checkpoints.DeleteAll(trial => trial == 12);
        Assert.Equal(
            others.Append("trial-12-1.checkpoint").Order(StringComparer.Ordinal),
            Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        new TrialCheckpoints(null).DeleteAll(_ => false);
        new TrialCheckpoints(_directory.PathOf("none")).DeleteAll(_ => false);
    }

    [Fact]
    public void A_mark_tells_whether_those_of_a_trial_have_changed()
    {
        var checkpoints = new TrialCheckpoints(_directory.PathOf("some"));
        Assert.Null(checkpoints.MarkOf(1));
        Directory.CreateDirectory(_directory.PathOf("some"));
        Assert.Null(checkpoints.MarkOf(1));
        string file = $"{checkpoints.PrefixOf(1)}-1.checkpoint";
        List<string?> marks = [];
        foreach (string text in (string[])["a", "bc"])
        {
            File.WriteAllText(file, text);
            marks.Add(checkpoints.MarkOf(1));
            Assert.Equal(marks[^1], checkpoints.MarkOf(1));
        }

        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        marks.Add(checkpoints.MarkOf(1));
        File.WriteAllText($"{checkpoints.PrefixOf(1)}-2.checkpoint", "");
        marks.Add(checkpoints.MarkOf(1));
        Assert.DoesNotContain(null, marks);
        Assert.Equal(4, marks.Distinct().Count());
        File.WriteAllText($"{checkpoints.PrefixOf(11)}-1.checkpoint", "");
        Assert.Equal(marks[^1], checkpoints.MarkOf(1));
        Assert.Null(new TrialCheckpoints(null).MarkOf(1));
    }

    [Fact]
    public void One_that_somebody_reads_and_a_folder_that_is_gone_are_no_errors()
    {
        string folder = Directory.CreateDirectory(_directory.PathOf("some")).FullName;
        var checkpoints = new TrialCheckpoints(folder);
        string first = $"{checkpoints.PrefixOf(1)}-1.checkpoint", second = $"{checkpoints.PrefixOf(1)}-2.checkpoint";
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
