using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Statistics;

namespace MLNet.DeepExt.Distributions;

/// <summary>
/// Compares two sets of rows: every feature by a test, and all of them by a classifier. Which columns and rows are given is the caller's.
/// </summary>
internal sealed class DistributionComparer
{
    /// <summary>Of fewer, a fold has too few to measure an area on.</summary>
    public const int FewestRows = 5 * DomainClassifier.Folds;

    private const long MostNumbers = 25_000_000; // of either: 100 MB
    private const int MostTried = 100; // features of which the classifier is asked what it loses without them
    private const double LeastLoss = 0.001;

    private readonly IHost _host;
    private readonly CompareDistributionsOptions _options;
    private readonly CounterRandom _random;
    private readonly string _firstName;
    private readonly string _secondName;

    /// <param name="host">Who compares.</param>
    /// <param name="options">How; they are not changed.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    public DistributionComparer(IHost host, CompareDistributionsOptions options)
    {
        _host = host;
        _options = options;
        if (options.FindFault() is { } fault)
            throw host.Process(fault.ToException());
        _firstName = options.FirstName ?? "the first rows";
        _secondName = options.SecondName ?? "the second rows";
        _random = new CounterRandom((ulong)options.Seed);
    }

    /// <summary>Compares.</summary>
    /// <param name="first">The first rows.</param>
    /// <param name="second">The second rows.</param>
    /// <param name="remedy">What to do where they are different.</param>
    /// <param name="groupColumnName">The column of whose groups they are one row each; null where they are all rows.</param>
    public DistributionComparison Compare(
        IDataView first, IDataView second, string remedy = DistributionComparison.ShuffleRemedy, string? groupColumnName = null)
    {
        (ComparedColumn[] columns, string[] skipped) = ColumnsOf(first.Schema);
        CheckSame(columns, first.Schema, second.Schema);
        string unit = groupColumnName is null ? "" : $" groups of column '{groupColumnName}', a row of each";
        RowSample firstRows = Read(first, columns, _firstName, unit, 0), secondRows = Read(second, columns, _secondName, unit, 1);
        ComparedFeature[] features = [.. columns
            .SelectMany(column => column.FeatureNames.Select(name => (Name: name, column.IsCategory)))
            .Select((feature, i) =>
            {
                _host.ThrowIfCancelled();
                return new ComparedFeature(feature.Name, feature.IsCategory, firstRows.ValuesOf(i), secondRows.ValuesOf(i));
            })];
        TestOutcome[] tests = Array.ConvertAll(features, feature =>
        {
            _host.ThrowIfCancelled();
            return feature.Compare();
        });
        double[] adjusted = FalseDiscoveries.Adjust([.. tests.Select(test => test.PValue)]);
        var classifier = new DomainClassifier(_host, features, firstRows.Count, secondRows.Count, _random.Derive(2));
        double halfWidth = NormalDistribution.Quantile((1 + _options.Confidence) / 2) * Math.Sqrt(classifier.Area.Variance);
        double lower = Math.Max(0, classifier.Area.Area - halfWidth);
        int[] tried = lower > 0.5 && classifier.Area.Area >= _options.MinimumAuc
            ? [.. Enumerable.Range(0, features.Length).OrderBy(feature => tests[feature].PValue).Take(MostTried)]
            : [];
        TestOutcome[] triedLosses = Array.ConvertAll(tried, classifier.LossWithout);
        double[] adjustedLosses = FalseDiscoveries.Adjust([.. triedLosses.Select(loss => loss.PValue)]);
        var losses = tried.Index().ToDictionary(
            at => at.Item, at => (Loss: triedLosses[at.Index].Statistic, PValue: adjustedLosses[at.Index]));

        return new DistributionComparison
        {
            FirstName = _firstName,
            SecondName = _secondName,
            FirstRows = firstRows.Count,
            SecondRows = secondRows.Count,
            Confidence = _options.Confidence,
            Auc = classifier.Area.Area,
            AucLower = lower,
            AucUpper = Math.Min(1, classifier.Area.Area + halfWidth),
            MinimumAuc = _options.MinimumAuc,
            MinimumEffect = _options.MinimumEffect,
            Features = [.. features.Select(Comparison)],
            SkippedColumns = skipped,
            GroupColumnName = groupColumnName,
            Remedy = remedy,
        };

        FeatureComparison Comparison(ComparedFeature feature, int i)
        {
            (double loss, double lossPValue) = losses.GetValueOrDefault(i, (0, 1));
            double chance = (1 - _options.Confidence) / 2;
            double effect = tests[i].Effect;
            bool givesAway = (adjusted[i] < chance && effect >= _options.MinimumEffect) || (loss > LeastLoss && lossPValue < chance);
            return new FeatureComparison(
                feature.Name, feature.Test, tests[i].Statistic, effect, tests[i].PValue, adjusted[i], loss, givesAway);
        }
    }

    private RowSample Read(IDataView data, ComparedColumn[] columns, string name, string unit, ulong place)
    {
        int width = columns.Sum(column => column.FeatureNames.Count);
        int most = (int)Math.Max(FewestRows, Math.Min(_options.MaximumRows, MostNumbers / width));
        RowSample rows = RowSample.Read(_host, data, columns, most, _random.Derive(place));
        return rows.Count >= FewestRows ? rows : throw _host.Process(new InvalidOperationException(FormattableString.Invariant(
            $"Too few rows to compare: {name} has {rows.Count}{unit}, and {FewestRows} are needed; use a larger part.")));
    }

    private (ComparedColumn[] Columns, string[] Skipped) ColumnsOf(DataViewSchema schema)
    {
        if (_options.ColumnNames is { } names)
        {
            return ([.. names.Select(name =>
            {
                DataViewSchema.Column column = schema.GetColumnOrNull(name) ?? throw _host.MissingColumn(nameof(schema), "compared", name, schema);
                return ComparedColumn.Find(column) ?? throw _host.WrongColumnType(
                    nameof(schema), "compared", column, "a number, a known-size vector of Single, a date, a key, Boolean or String",
                    "leave it out, or convert it first");
            })], []);
        }

        if (Array.Find(_options.ExcludedColumnNames, name => schema.GetColumnOrNull(name) is null) is { } unknown)
            throw _host.MissingColumn(nameof(schema), "excluded", unknown, schema);
        DataViewSchema.Column[] candidates =
            [.. schema.Where(column => !column.IsHidden && !_options.ExcludedColumnNames.Contains(column.Name))];
        ComparedColumn[] columns = [.. candidates.Select(ComparedColumn.Find).OfType<ComparedColumn>()];
        return columns.Length > 0
            ? (columns, [.. candidates.Select(column => column.Name).Except(columns.Select(column => column.Name))])
            : throw _host.Process(new ArgumentException(
                "There is no column that can be compared; name one, or make numbers or text of it first.",
                nameof(CompareDistributionsOptions.ColumnNames)));
    }

    private void CheckSame(ComparedColumn[] columns, DataViewSchema first, DataViewSchema second)
    {
        foreach (ComparedColumn column in columns)
        {
            if (second.GetColumnOrNull(column.Name) is not { } other)
                throw _host.MissingColumn(nameof(second), "compared", column.Name, second);
            DataViewSchema.Column expected = first[column.Name];
            if (other.Type.RawType != expected.Type.RawType || ComparedColumn.Find(other) is not { } found
                || found.IsCategory != column.IsCategory || found.FeatureNames.Count != column.FeatureNames.Count
                || KeyValues.AreKnown(other) != KeyValues.AreKnown(expected))
            {
                throw _host.WrongColumnType(nameof(second), "compared", column.Name, Describe(expected), Describe(other),
                    "read both parts in the same way, behind the same fitted transforms");
            }
        }
    }

    private static string Describe(DataViewSchema.Column column) =>
        column.Type is not KeyDataViewType ? SchemaShapes.TypeName(column.Type)
        : KeyValues.AreKnown(column) ? $"{SchemaShapes.TypeName(column.Type)} with KeyValues"
        : $"{SchemaShapes.TypeName(column.Type)} without KeyValues";
}
