using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Splits;

namespace MLNet.DeepExt.Selection;

/// <summary>
/// Candidates, and what is demanded of them so far: one criterion is optimized, others are good enough within their bounds. Immutable.
/// </summary>
public sealed class ModelChoice
{
    private readonly IHostEnvironment _environment;
    private readonly IReadOnlyList<Candidate> _candidates;
    private readonly Objective? _objective;
    private readonly IReadOnlyList<Constraint> _constraints; // that were demanded before there was an objective

    internal ModelChoice(IHostEnvironment environment, IReadOnlyList<Candidate> candidates)
        : this(environment, candidates, objective: null, constraints: [])
    {
    }

    private ModelChoice(
        IHostEnvironment environment, IReadOnlyList<Candidate> candidates, Objective? objective, IReadOnlyList<Constraint> constraints)
    {
        _environment = environment;
        _candidates = candidates;
        _objective = objective;
        _constraints = constraints;
    }

    /// <summary>Chooses by as much as possible of a criterion.</summary>
    /// <param name="criterion">A criterion of which more is better; a metric is one.</param>
    /// <exception cref="ArgumentException">Less of it is better, or a value of it is out of its range.</exception>
    /// <exception cref="InvalidOperationException">A criterion is optimized already.</exception>
    public ModelChoice Maximize(Criterion criterion) => Optimize(Objective.Maximize(criterion));

    /// <summary>Chooses by the highest value of a metric of the dev rows, where the language does not convert it to a criterion (F#).</summary>
    /// <param name="metric">A metric of which more is better.</param>
    /// <inheritdoc cref="Maximize(Criterion)" path="exception"/>
    public ModelChoice Maximize(Metric metric) => Maximize((Criterion)metric);

    /// <summary>Chooses by as little as possible of a criterion.</summary>
    /// <param name="criterion">A criterion of which less is better; a metric is one.</param>
    /// <exception cref="ArgumentException">More of it is better, or a value of it is out of its range.</exception>
    /// <exception cref="InvalidOperationException">A criterion is optimized already.</exception>
    public ModelChoice Minimize(Criterion criterion) => Optimize(Objective.Minimize(criterion));

    /// <summary>Chooses by the lowest value of a metric of the dev rows, where the language does not convert it to a criterion (F#).</summary>
    /// <param name="metric">A metric of which less is better.</param>
    /// <inheritdoc cref="Minimize(Criterion)" path="exception"/>
    public ModelChoice Minimize(Metric metric) => Minimize((Criterion)metric);

    /// <summary>Demands that a criterion is good enough; all that is demanded has to hold.</summary>
    /// <param name="criterion">The criterion; a metric is one.</param>
    /// <param name="atLeast">The least value that is allowed; null, the default, is none.</param>
    /// <param name="atMost">The largest value that is allowed; null, the default, is none.</param>
    /// <exception cref="ArgumentException">
    /// There is no bound, a bound is NaN, no value is within both, a value of the criterion is out of its range, or another criterion
    /// has its name.
    /// </exception>
    public ModelChoice SubjectTo(Criterion criterion, double? atLeast = null, double? atMost = null)
    {
        Constraint constraint = Objective.Constrain(criterion, atLeast, atMost);
        return _objective is null
            ? new ModelChoice(_environment, _candidates, null, [.. _constraints, constraint])
            : new ModelChoice(_environment, _candidates, _objective.SubjectTo(criterion, atLeast, atMost), []);
    }

    /// <summary>Constrains a metric of the dev rows, where the language does not convert it to a criterion (F#).</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="atLeast">The least value that is allowed; null, the default, is none.</param>
    /// <param name="atMost">The largest value that is allowed; null, the default, is none.</param>
    /// <inheritdoc cref="SubjectTo(Criterion, double?, double?)" path="exception"/>
    public ModelChoice SubjectTo(Metric metric, double? atLeast = null, double? atMost = null) => SubjectTo((Criterion)metric, atLeast, atMost);

    /// <summary>Decides by figures that are all given.</summary>
    /// <exception cref="InvalidOperationException">Nothing is optimized, or a figure is not given; the message names it.</exception>
    public ModelDecision Decide() => Decide(dev: null, options: null);

    /// <summary>Decides, having measured what is not given.</summary>
    /// <param name="dev">The rows to measure on, not scored; those of dev, and not those of test, which no choice may have seen.</param>
    /// <exception cref="InvalidOperationException">
    /// Nothing is optimized, a figure is not given and there is no model to measure it of, or one cannot be measured of any candidate; the
    /// message names it.
    /// </exception>
    public ModelDecision Decide(IDataView dev)
    {
        ArgumentNullException.ThrowIfNull(dev);
        return Decide(dev, options: null);
    }

    /// <summary>The same where columns have other names, rows have weights, or intervals are wanted.</summary>
    /// <remarks>
    /// A figure that cannot be measured of one candidate is NaN, and <see cref="JudgedCandidate.Violations"/> says why; one that can be
    /// measured of none is an error.
    /// </remarks>
    /// <param name="dev">The rows to measure on, not scored; those of dev, and not those of test, which no choice may have seen.</param>
    /// <param name="options">Of which columns. They are copied.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    /// <exception cref="InvalidOperationException">
    /// Nothing is optimized, a figure is not given and there is no model to measure it of, or one cannot be measured of any candidate; the
    /// message names it.
    /// </exception>
    public ModelDecision Decide(IDataView? dev, EvaluationOptions? options)
    {
        Objective objective = _objective
            ?? throw new InvalidOperationException("Nothing says which candidate is best; call Maximize or Minimize.");
        options = options?.Copy() ?? new EvaluationOptions();
        if (options.FindFault() is { } fault)
            throw fault.ToException();
        RequireFigures(objective, dev);
        options.SplitLabelColumnName = dev is null ? null : SplitLabels.Find(dev);

        IHost host = _environment.Register(nameof(ModelChoice));
        ModelJudge? judge = dev is null ? null : new ModelJudge(host, objective, dev, options, findsIntervals: true);
        Judgement[] judgements = [.. _candidates.Select(candidate => judge is null || candidate.Model is null
            ? new Judgement([.. objective.Criteria.Select(criterion => new MeasuredFigure(candidate.Figures[criterion]))])
            : judge.Judge(candidate.Model, candidate.Figures))];
        RequireAny(objective, judgements);
        return new ModelDecision(objective, _candidates, judgements);
    }

    // What no candidate has is more likely asked for amiss, such as of a column that there is not.
    private void RequireAny(Objective objective, Judgement[] judgements)
    {
        for (int i = 0; i < objective.Criteria.Count; i++)
        {
            if (Array.TrueForAll(judgements, judgement => judgement.Measured[i].Failure is not null))
            {
                MeasuredFigure first = judgements[0].Measured[i];
                throw new InvalidOperationException(
                    $"Candidate {_candidates[0].Name}: {first.DescribeMissing(objective.Criteria[i])}.", first.Failure!.Exception);
            }
        }
    }

    private ModelChoice Optimize(Objective objective)
    {
        if (_objective is not null)
        {
            throw new InvalidOperationException(
                $"{_objective.Optimized.Name} is optimized already, so {objective.Optimized.Name} cannot be; make it a constraint with "
                + "SubjectTo.");
        }

        foreach (Constraint constraint in _constraints)
            objective = objective.SubjectTo(constraint.Criterion, constraint.AtLeast, constraint.AtMost);
        return new ModelChoice(_environment, _candidates, objective, []);
    }

    private void RequireFigures(Objective objective, IDataView? dev)
    {
        foreach (Candidate candidate in _candidates)
        {
            Criterion? missing = objective.Criteria.FirstOrDefault(criterion => !candidate.Figures.ContainsKey(criterion));
            if (missing is not null && candidate.Model is null)
            {
                throw new InvalidOperationException(
                    $"Candidate {candidate.Name} has no figure of {missing.Name}, and no model to measure it of; add it by With, or give a "
                    + "model.");
            }

            if (missing is not null && dev is null)
            {
                throw new InvalidOperationException(
                    $"Candidate {candidate.Name} has no figure of {missing.Name}, and there are no rows to measure it on; add it by With, "
                    + "or give Decide the dev rows.");
            }
        }
    }
}
