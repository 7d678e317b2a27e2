using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Search;

/// <summary>Measures fitted trials on the dev rows.</summary>
internal sealed class TrialMeasurer
{
    private readonly SearchPlan _plan;
    private readonly TrialLog _log;

    /// <summary>Makes it.</summary>
    /// <param name="plan">What is measured.</param>
    /// <param name="log">Where warnings about the rows are logged: the same for every trial.</param>
    /// <exception cref="ArgumentException">A criterion cannot be measured with such options.</exception>
    public TrialMeasurer(SearchPlan plan, TrialLog log)
    {
        _plan = plan;
        _log = log;
        CreateJudge(CreateContext());
    }

    /// <summary>Measures a trial.</summary>
    /// <param name="job">The job that it was fitted for.</param>
    /// <param name="fitted">What was fitted.</param>
    /// <param name="isToMeasure">
    /// Whether the costly criteria are measured too. It is given the result with the best that they could be, where there are any.
    /// </param>
    /// <param name="cancellationToken">Ends the measuring.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="InvalidOperationException">A figure is not possible, or what is optimized is NaN.</exception>
    public RungResult Measure(SearchJob job, FittedTrial fitted, Predicate<RungResult> isToMeasure, CancellationToken cancellationToken)
    {
        // Of its own: it ends with the time of the trial.
        MLContext context = CreateContext();
        using CancellationTokenRegistration registration = cancellationToken.Register(context.Cancel);
        ModelJudge judge = CreateJudge(context);
        if (job.Known is { } known)
            return known with { Figures = JudgeAll(known), Open = [] };
        Judgement judgement = judge.Judge(fitted.Model, leavesCostlyOut: true, trainedLabel: fitted.LabelColumnName);
        double[] figures = judgement.RequireFigures();
        RequirePossible(figures);
        if (double.IsNaN(figures[0]) && !judgement.Open.Contains(0))
        {
            throw new InvalidOperationException(
                $"Its {_plan.Objective.Optimized.Name} on the dev rows is NaN"
                + (judgement.Measured[0].Reason is { } reason ? $": {reason}." : "; see that its scores are numbers, and that the dev rows have labels."));
        }

        var result = new RungResult(_plan.Objective.Optimistic(figures, judgement.Open), 0, judgement.Rows) { Open = judgement.Open };
        if (result.Open.Count == 0 || !isToMeasure(result))
            return result;
        figures = JudgeAll(result);
        return double.IsNaN(figures[0])
            ? throw new InvalidOperationException($"Its {_plan.Objective.Optimized.Name} is NaN.")
            : result with { Figures = figures, Open = [] };

        double[] JudgeAll(RungResult before)
        {
            double[] all = judge.Judge(fitted.Model, FiguresOf(before), trainedLabel: fitted.LabelColumnName).RequireFigures();
            RequirePossible(all);
            return all;
        }
    }

    private MLContext CreateContext()
    {
        var context = new MLContext(seed: 1);
        context.Log += (_, message) => _log.Forward("Dev rows", message);
        return context;
    }

    private ModelJudge CreateJudge(MLContext context) =>
        new(((IHostEnvironment)context).Register("Search"), _plan.Objective, _plan.Dev, _plan.Options.Evaluation);

    private void RequirePossible(double[] figures)
    {
        foreach ((int place, Criterion criterion) in _plan.Objective.Criteria.Index())
        {
            if (criterion.FaultOfFigure(figures[place]) is { } fault)
            {
                throw new InvalidOperationException(
                    $"Its {fault}; check that Evaluation names the label, score and weight columns of the dev rows.");
            }
        }
    }

    private Dictionary<Criterion, double> FiguresOf(RungResult result) => _plan.Objective.Criteria.Index()
        .Where(at => !result.Open.Contains(at.Index)).ToDictionary(at => at.Item, at => result.Figures[at.Index]);
}
