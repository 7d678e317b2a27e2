using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Transforms.Tabular;

namespace MLNet.DeepExt.Transforms;

/// <summary>Turns the columns of a table into one column of features, each by its type.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes: three passes |
/// | Input column data type | See below |
/// | Output column data type | Known-sized vector of <xref:System.Single> |
/// | Exportable to ONNX | Yes, but for dates |
///
/// | a column of | becomes |
/// | -- | -- |
/// | numbers of any type, and known-size vectors of them | the number, at mean 0 and variance 1 over the training data |
/// | <xref:System.Boolean> | 1 or 0, likewise |
/// | text, keys | a category: a slot for each value, 1 where it is the row's |
/// | <xref:System.DateTime>, <xref:System.DateTimeOffset> | seven numbers: days since 2000; sine and cosine of the place in the year, the week and the day |
/// | <xref:System.TimeSpan> | its length in days |
///
/// * **Missing numbers** (NaN; of dates the default value). Where the training data lacks some of a column, they are replaced by the mean
///   of the others, a slot more says where, and a warning counts them. A number that is missing in a column that lacked none in training is not
///   guessed: the features of the row have a NaN, and trainers of this library predict such a row as missing.
/// * **Missing and unknown categories.** Empty text, a missing key, and a value that was not in the training data have no slot set; trainers of
///   this library learn numbers of their own for such rows. Where a column has more values than MaximumCategories, the most frequent are
///   kept, and a warning says how many rows have another one.
/// * Everything is learned from the training data alone. Numbers come first, then what is missing of them, then categories. Slots have names
///   such as `Age`, `City.Paris`, `Age missing`, `Born.week.sin` (those of a vector that names none have none), and the annotation
///   CategoricalSlotRanges says which are one category.
/// * The fitted transformer is a chain of ML.NET's transforms and of two of this library.
/// ]]></format>
/// </remarks>
public sealed class TabularFeaturesEstimator : IEstimator<TransformerChain<ITransformer>>
{
    private readonly TransformsCatalog _transforms;
    private readonly IHost _host;
    private readonly Options _options;

    internal TabularFeaturesEstimator(TransformsCatalog transforms, Options options)
    {
        _transforms = transforms;
        _host = CatalogEnvironment.Of(transforms).Register(nameof(TabularFeaturesEstimator));
        if (options.FindFault() is { } fault)
            throw _host.Process(new ArgumentException(fault));
        _options = options.Copy();
    }

    /// <summary>Learns values, means and variances from the training data.</summary>
    /// <param name="input">The training data.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing.</exception>
    /// <exception cref="ArgumentException">A column is of a type that does not become features, or is the label.</exception>
    /// <exception cref="InvalidOperationException">There are no rows, or a column has no values.</exception>
    public TransformerChain<ITransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Source[] sources = SourcesOf(SchemaShapes.Of(input.Schema));
        var fitting = new Fitting(input);
        foreach (Source source in sources)
            fitting.Append(source.Kind.Convert(_transforms, source.Working, input.Schema[source.Name]));

        Source[] numbers = [.. sources.Where(source => !source.Kind.IsCategory)];
        Source[] texts = [.. sources.Where(source => fitting.Data.Schema[source.Working].Type is TextDataViewType)];
        TabularStatistics statistics = TabularStatistics.Of(
            _host, fitting.Data, [.. numbers.Select(source => source.Working)], [.. texts.Select(source => source.Working)],
            working => Array.Find(sources, source => source.Working == working)!.Name);
        if (statistics.Rows == 0)
        {
            throw _host.Process(new InvalidOperationException(
                "TabularFeatures has no rows to learn from; check the file, or the filter, that the training data comes from."));
        }

        var slots = new List<(string Column, string SlotName)>();
        Source[] gaps = [.. numbers.Where(source => statistics.MissingIn(source.Working) > 0)];
        ReportGaps(gaps, statistics);
        AddNumbers(fitting, numbers, gaps);
        slots.AddRange(numbers.Select(source => (source.Working, source.Name)));
        slots.AddRange(gaps.Select(source => (source.Missing, $"{source.Name} missing")));
        foreach (Source source in sources.Where(source => source.Kind.IsCategory))
        {
            AddCategory(fitting, source, statistics);
            slots.Add((source.Working, source.Name));
        }

        fitting.Append(Concatenation.Create(_host, _options.OutputColumnName, slots));
        fitting.Append(_transforms.DropColumns([.. slots.Select(slot => slot.Column)]));
        return new TransformerChain<ITransformer>([.. fitting.Transformers]);
    }

    /// <summary>The schema after the fitted transformer: that of the input and the column of features.</summary>
    /// <param name="inputSchema">The schema of the data before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing.</exception>
    /// <exception cref="ArgumentException">A column is of a type that does not become features, or is the label.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        List<SchemaShape.Column> annotations = [SchemaShapes.Vector(AnnotationKinds.SlotNames, TextDataViewType.Instance)];
        if (SourcesOf(inputSchema).Any(source => source.Kind.IsCategory))
            annotations.Add(SchemaShapes.Vector(AnnotationKinds.CategoricalSlotRanges, NumberDataViewType.Int32));
        return SchemaShapes.Extend(
            inputSchema, [SchemaShapes.Vector(_options.OutputColumnName, NumberDataViewType.Single, [.. annotations])]);
    }

    private Source[] SourcesOf(SchemaShape schema)
    {
        if (_options.InputColumnNames is null && !SchemaShapes.TryFind(schema, _options.LabelColumnName, out _))
        {
            throw _host.Process(new ArgumentException(
                $"TabularFeatures takes every column but the label, and there is no column '{_options.LabelColumnName}'; name the label in " +
                "labelColumnName, so that it does not become a feature, or name the columns to take."));
        }

        if (Array.Find(_options.ExcludedColumnNames, name => !SchemaShapes.TryFind(schema, name, out _)) is { } unknown)
        {
            throw _host.Process(new ArgumentException(
                $"ExcludedColumnNames has '{unknown}' but there is no such column; check its name, so that nothing becomes a feature by mistake."));
        }

        IEnumerable<string> names = _options.InputColumnNames ?? schema.Select(column => column.Name)
            .Where(name => name != _options.LabelColumnName && !_options.ExcludedColumnNames.Contains(name));
        Source[] sources = [.. names.Select(name => SourceOf(schema, name))];
        foreach (Source source in sources)
        {
            if (Array.Find([source.Working, source.Missing], name => SchemaShapes.TryFind(schema, name, out _)) is { } taken)
            {
                throw _host.Process(new ArgumentException(
                    $"There is a column '{taken}', the name under which TabularFeatures works on column '{source.Name}'; rename it."));
            }
        }

        return sources.Length > 0 ? sources : throw _host.Process(new ArgumentException(
            "TabularFeatures is left with no column to take; name some."));
    }

    private Source SourceOf(SchemaShape schema, string name)
    {
        if (name == _options.LabelColumnName)
        {
            throw _host.Process(new ArgumentException(
                $"Column '{name}' is the label and among the features; leave it out, or name another label in labelColumnName."));
        }

        if (!SchemaShapes.TryFind(schema, name, out SchemaShape.Column column))
            throw _host.MissingColumn(nameof(schema), "input", name);
        TabularColumn kind = TabularColumn.Find(column) ?? throw _host.Process(new ArgumentException(
            $"Column '{name}' is of type {SchemaShapes.TypeName(column)}, which does not become features; leave it out, " +
            "or make numbers, text, keys or dates of it first."));
        return new Source(name, kind);
    }

    private void AddNumbers(Fitting fitting, Source[] numbers, Source[] gaps)
    {
        if (gaps.Length > 0)
        {
            fitting.Append(_transforms.IndicateMissingValues([.. gaps.Select(gap => new InputOutputColumnPair(gap.Missing, gap.Working))]));
            fitting.Append(_transforms.Conversion.ConvertType([.. gaps.Select(gap => new InputOutputColumnPair(gap.Missing))], DataKind.Single));
            fitting.Append(_transforms.ReplaceMissingValues(
                [.. gaps.Select(gap => new InputOutputColumnPair(gap.Working))], MissingValueReplacingEstimator.ReplacementMode.Mean));
        }

        if (numbers.Length > 0)
        {
            InputOutputColumnPair[] columns = [.. numbers.Select(source => new InputOutputColumnPair(source.Working))];
            fitting.Append(new NormalizeInputsEstimator(_host, new NormalizeInputsEstimator.Options { Columns = columns }));
        }
    }

    private void AddCategory(Fitting fitting, Source source, TabularStatistics statistics)
    {
        if (fitting.Data.Schema[source.Working].Type is TextDataViewType)
        {
            IReadOnlyList<KeyValuePair<string, long>> texts = statistics.TextsOf(source.Working);
            if (texts.Count == 0)
            {
                throw _host.Process(new InvalidOperationException(
                    $"Column '{source.Name}' has no text in any of {statistics.Rows} rows; leave it out."));
            }

            ReportTexts(source, texts, statistics.Rows);
            IEnumerable<string> kept = texts.Take(_options.MaximumCategories).Select(text => text.Key).Order(StringComparer.Ordinal);
            fitting.Append(_transforms.Conversion.MapValueToKey(
                [new InputOutputColumnPair(source.Working)], keyData: TextTable.Of(_host, source.Working, [.. kept])));
        }

        fitting.Append(_transforms.Conversion.MapKeyToVector(source.Working));
    }

    private void ReportGaps(Source[] gaps, TabularStatistics statistics)
    {
        foreach (Source gap in gaps)
        {
            long missing = statistics.MissingIn(gap.Working);
            if (statistics.HasEmptySlot(gap.Working))
            {
                throw _host.Process(new InvalidOperationException(
                    $"Column '{gap.Name}' lacks a number, the same one of a vector, in each of {statistics.Rows} rows; leave it out."));
            }

            Warn($"Column '{gap.Name}' lacks a number in {missing} of {statistics.Rows} rows; the mean of the others takes its place, and a " +
                "slot more says where.");
        }
    }

    private void ReportTexts(Source source, IReadOnlyList<KeyValuePair<string, long>> texts, long rows)
    {
        if (texts.Count > _options.MaximumCategories)
        {
            long others = texts.Skip(_options.MaximumCategories).Sum(text => text.Value);
            Warn($"Column '{source.Name}' has {texts.Count} different texts, of which the {_options.MaximumCategories} most frequent are kept; " +
                $"{others} of {rows} rows have another one and count as unknown. Raise MaximumCategories to keep more.");
        }
        else if (texts.Count > rows / 2 && rows >= 10)
        {
            Warn($"Column '{source.Name}' has {texts.Count} different texts in {rows} rows, which tells rows apart rather than groups of them; " +
                "leave it out, or use FeaturizeText.");
        }
    }

    private void Warn(string message)
    {
        using IChannel channel = _host.Start("Tabular features");
        channel.Warning(MessageSensitivity.Schema, message);
    }

    /// <summary>What can be set on <see cref="TabularFeaturesEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>The column of features that is added. Default Features.</summary>
        public string OutputColumnName { get; set; } = "Features";

        /// <summary>The label, which never becomes a feature. Default Label.</summary>
        public string LabelColumnName { get; set; } = "Label";

        /// <summary>
        /// The columns to take, in this order. Null, the default, takes every column but the label and those excluded; there has to be a
        /// label then.
        /// </summary>
        public string[]? InputColumnNames { get; set; }

        /// <summary>Columns that are not taken where <see cref="InputColumnNames"/> is null: weights, groups, identifiers. Default none.</summary>
        public string[] ExcludedColumnNames { get; set; } = [];

        /// <summary>The most values of a text column that have a slot, at least 1; the most frequent ones are kept. Default 1,000.</summary>
        public int MaximumCategories { get; set; } = 1000;

        internal Options Copy()
        {
            var copy = (Options)MemberwiseClone();
            copy.InputColumnNames = InputColumnNames is null ? null : [.. InputColumnNames];
            copy.ExcludedColumnNames = [.. ExcludedColumnNames];
            return copy;
        }

        internal string? FindFault() =>
            string.IsNullOrEmpty(OutputColumnName) ? "OutputColumnName is empty; name the column for the features."
            : LabelColumnName is null ? "LabelColumnName is null; name the label, so that it does not become a feature."
            : OutputColumnName == LabelColumnName
                ? $"OutputColumnName and LabelColumnName are both '{OutputColumnName}', so that the features would hide the label; " +
                    "name another column."
            : ExcludedColumnNames is null ? "ExcludedColumnNames is null; use an empty array to exclude nothing."
            : InputColumnNames is { } names && Array.Exists(names, string.IsNullOrEmpty) ? "InputColumnNames has an empty name; leave it out."
            : InputColumnNames?.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key is { } twice
                ? $"InputColumnNames has '{twice}' twice; name each column once."
            : MaximumCategories < 1
                ? string.Create(CultureInfo.InvariantCulture, $"MaximumCategories must be at least 1 but is {MaximumCategories}; 1000 is the default.")
            : null;
    }

    /// <summary>A column that is taken.</summary>
    private sealed record Source(string Name, TabularColumn Kind)
    {
        /// <summary>The column that it is worked on in, and that is dropped in the end.</summary>
        public string Working => $"TabularFeatures.{Name}";

        /// <summary>The column that says where it was missing.</summary>
        public string Missing => $"TabularFeatures missing.{Name}"; // no column's Working, whatever its name
    }

    /// <summary>A chain that is fitted as it is made.</summary>
    private sealed class Fitting(IDataView data)
    {
        public IDataView Data { get; private set; } = data;

        public List<ITransformer> Transformers { get; } = [];

        public void Append(IEstimator<ITransformer> estimator) => Append(SourceFault.Surfaced(() => estimator.Fit(Data)));

        public void Append(ITransformer transformer)
        {
            Transformers.Add(transformer);
            Data = transformer.Transform(Data);
        }
    }
}
