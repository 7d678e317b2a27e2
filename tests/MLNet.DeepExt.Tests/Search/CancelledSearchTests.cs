using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Search.Journals;
using MLNet.DeepExt.Tests.SearchProbe;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Searches that are cancelled while another process holds the lock of their folder.</summary>
[Trait("Spec", "C5")]
public sealed class CancelledSearchTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MLContext _context = new(seed: 1);
    private readonly BellClock _clock = new();
    private readonly CancellationTokenSource _cancellation = new();
    private FileStream? _held;

    private string Folder => _directory.PathOf("search");

    public void Dispose()
    {
        _held?.Dispose();
        _cancellation.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void All_that_it_waits_takes_a_second_at_most() =>
        Assert.InRange(SearchEnding.TrialPatience + SearchEnding.LeavingPatience, TimeSpan.Zero, TimeSpan.FromSeconds(1));

    [Fact]
    public async Task A_trial_that_ended_is_written_down_once_the_other_lets_go()
    {
        LogRecorder log = new(_context, "Search; Trial");
        Task<SearchResult> search = Search(trial => CancelAfter(3, trial));
        _clock.Ring(SearchEnding.TrialPatience);
        _clock.Await(SearchEnding.LeavingPatience);
        _held!.Dispose();
        SearchResult result = await Ended(search);
        Assert.Equal([0, 1, 2, 3], Finished(result));
        Assert.Equal([0, 1, 2, 3], SearchProbes.Of(Folder, "finished").Select(entry => entry.Trial));
        Assert.Equal(3, ((PlainModel)result.Model).Value);
        Assert.Empty(log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public async Task A_trial_that_could_not_be_written_down_is_in_the_result_with_a_warning()
    {
        LogRecorder log = new(_context, "Search; Trial 3");
        Task<SearchResult> search = Search(trial => CancelAfter(3, trial));
        _clock.Ring(SearchEnding.TrialPatience);
        _clock.Ring(SearchEnding.LeavingPatience);
        SearchResult result = await Ended(search);
        _held!.Dispose();
        Assert.Equal([0, 1, 2, 3], Finished(result));
        Assert.Equal([0, 1, 2], SearchProbes.Of(Folder, "finished").Select(entry => entry.Trial));
        Assert.Equal(
            "The trial ended but could not be written to the folder of the search: another process held its lock. This result has it; a search that "
            + "goes on in the folder runs it again.",
            Assert.Single(log.Of(ChannelMessageKind.Warning)));
        Assert.Equal(
            "The folder of the search could not be written to when the search ended: another process held its lock. Run the search again with the "
            + "same folder, and use its result.",
            Assert.Throws<IOException>(() => result.ReportOnTest(ProbeSearch.Rows(_context).Dev)).Message);
    }

    [Fact]
    public async Task A_trial_that_takes_longer_to_stop_than_others_are_waited_for_is_given_back_and_is_no_loss()
    {
        Task<SearchResult> search = Search(trial =>
        {
            if (trial.Number == 3)
            {
                Hold();
                _cancellation.Cancel();
                _clock.Ring(SearchEnding.TrialPatience);
            }

            trial.CancellationToken.ThrowIfCancellationRequested();
        });
        _clock.Await(SearchEnding.LeavingPatience);
        _held!.Dispose();
        Assert.Equal([0, 1, 2], Finished(await Ended(search)));
        Assert.Equal([(3, 0, (int?)1)], SearchProbes.Of(Folder, "released"));
    }

    // The clock is asked for the time when the trial has been measured.
    private void CancelAfter(int number, Trial trial)
    {
        if (trial.Number != number)
            return;
        Hold();
        _clock.Asked = () =>
        {
            _clock.Asked = null;
            _cancellation.Cancel();
        };
    }

    private void Hold() => _held = FileLock.Take(Path.Combine(Folder, "journal.lock"), TimeProvider.System, CancellationToken.None);

    private Task<SearchResult> Search(Action<Trial> happen) => Task.Run(() =>
    {
        (IDataView train, IDataView dev) = ProbeSearch.Rows(_context);
        return NumberSearch.Of(_context, trial =>
        {
            happen(trial);
            return trial.Number;
        }).Run(train, dev, new SearchOptions
        {
            Trials = 20,
            Folder = Folder,
            Seed = 3,
            TimeProvider = _clock,
            CancellationToken = _cancellation.Token,
        });
    });

    private static Task<SearchResult> Ended(Task<SearchResult> search) =>
        search.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

    private static IEnumerable<int> Finished(SearchResult result) =>
        result.Trials.Where(trial => trial.State == TrialState.Finished).Select(trial => trial.Number).Order();
}
