using MLNet.DeepExt.Search;

namespace MLNet.DeepExt.Benchmarks.Searching;

/// <summary>
/// The best figure of dev that a search has come to, after so and so many epochs; ends the search when the budget is used.
/// </summary>
/// <param name="ending">What ends it.</param>
internal sealed class SearchCurve(CancellationTokenSource ending) : IProgress<SearchProgress>
{
    private readonly Dictionary<int, int> _epochsOf = []; // of each trial
    private readonly List<(int Spent, double Best)> _points = [];

    /// <summary>Epochs of all trials together.</summary>
    public int Spent { get; private set; }

    public void Report(SearchProgress value)
    {
        if (!value.IsEnd)
            return;
        SearchTrial trial = value.Last;
        int epochs = trial.Epochs ?? SearchMethod.Epochs;
        Spent += epochs - _epochsOf.GetValueOrDefault(trial.Number);
        _epochsOf[trial.Number] = epochs;
        double best = _points.Count == 0 ? double.PositiveInfinity : _points[^1].Best;
        _points.Add((Spent, trial.Figures.Count == 0 ? best : Math.Min(best, trial.Figures.Values.First())));
        if (Spent >= SearchMethod.FullTrainings * SearchMethod.Epochs)
            ending.Cancel();
    }

    /// <summary>The best figure when no more than this was spent.</summary>
    /// <param name="fullTrainings">The budget, in whole trainings.</param>
    public double BestAt(int fullTrainings) =>
        _points.Where(point => point.Spent <= fullTrainings * SearchMethod.Epochs).Select(point => point.Best).DefaultIfEmpty(double.NaN).Last();
}
