using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Transforms.Normalization;
using MLNet.DeepExt.Transforms.Tabular;

namespace MLNet.DeepExt.Transforms;

/// <summary>Turns the columns of a table into one column of features, each by its type.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes: two passes, three where there are dates |
/// | Input column data type | See below |
/// | Output column data type | Known-sized vector of <xref:System.Single> |
/// | Exportable to ONNX | Yes; dates are ticks there, as ExportOnnx describes |
///
/// | a column of | becomes |
/// | -- | -- |
/// | numbers of any type, and known-size vectors of them | the number, at mean 0 and variance 1 over the training data |
/// | <xref:System.Boolean> | 1 or 0, likewise |
/// | text, keys | a category: a slot for each value, 1 where it is the row's |
/// | <xref:System.DateTime>, <xref:System.DateTimeOffset> | seven numbers: days since 2000; sine and cosine of the place in year, week and day |
/// | <xref:System.TimeSpan> | its length in days |
///
/// * **Missing numbers** are NaN, infinities, and numbers beyond what Single holds (±3.4e38). They are replaced by the mean of the others,
///   and where the training data lacks some of a column, a slot more says where, and a warning counts them. A number that is missing in a
///   column that lacked none in training is replaced too, without such a slot; ImputeAllColumns = false leaves NaN in its place, and
///   trainers of this library predict such a row as missing.
/// * **Missing dates** are the default date, all of the years 1 and 9999, and placeholders such as 1900-01-01 that stand far from all other
///   dates of the training data, where these are twenty or more; a warning names them. TimeSpan.MinValue and TimeSpan.MaxValue are missing.
/// * **Missing and unknown categories.** Empty text, a missing key, and a value that was not in the training data have no slot set; trainers of
///   this library learn numbers of their own for such rows. Where a column has more values than MaximumCategories, the most frequent are
///   kept, and a warning says how many rows have another one.
/// * Everything is learned from the training data alone. Numbers come first, then what is missing of them, then categories. Slots have names
///   such as `Age`, `City.Paris`, `Age missing`, `Born.week.sin` (those of a vector that names none have none), and the annotation
///   CategoricalSlotRanges says which are one category.
/// * The fitted transformer is a chain of at most nine transforms, some of ML.NET and some of this library, however many columns there are. It takes
///   the columns that it was fitted to, with as many numbers or keys; a number that was not Single may have another type, Boolean included.
/// ]]></format>
/// </remarks>
public sealed class TabularFeaturesEstimator : IEstimator<TransformerChain<ITransformer>>
{
    private const string SchemaParameter = "inputSchema";
    private const string NumbersColumn = "TabularFeatures numbers"; // no source's Working, whatever its name

    // The longest vector; of those that are mostly zeros no more than what is not 0 takes memory.
    private const ulong MostKeys = 1 << 30;

    private const int MostCategories = 1 << 24; // of one column, whose texts are kept in memory

    private readonly TransformsCatalog _transforms;
    private readonly IHost _host;
    private readonly Options _options;

    internal TabularFeaturesEstimator(TransformsCatalog transforms, Options options)
    {
        _transforms = transforms;
        _host = CatalogEnvironment.Of(transforms).Register(nameof(TabularFeaturesEstimator));
        if (options.FindFault() is { } fault)
            throw _host.Process(fault.ToException());
        _options = options.Copy();
    }

    /// <summary>Learns values, means and variances from the training data.</summary>
    /// <param name="input">The training data.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing, is of a type that does not become features, or is the label.
    /// </exception>
    /// <exception cref="InvalidOperationException">There are no rows, or a column has no values.</exception>
    public TransformerChain<ITransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TabularSource[] sources = SourcesOf(SchemaShapes.Of(input.Schema));
        RefuseTooManySlots(sources, input.Schema);
        var fitting = new Fitting(input);
        fitting.Transformers.Add(new TabularInputsTransformer(_host, [.. sources.Select(source => TabularInput.Of(input.Schema[source.Name])!)]));
        TabularSource[] numbers = [.. sources.Where(source => !source.IsCategory)];
        Convert(fitting, numbers, input.Schema);
        DataViewSchema.Column? vector = Concatenate(fitting, numbers, input.Schema);
        int[] sizes = [.. numbers.Select(source => NormalizeInputsEstimator.SlotCount(fitting.ColumnOf(source, input.Schema).Type))];
        TabularSource[] texts = [.. sources.Where(source => source.Kind == TabularKind.Text)];
        TabularStatistics statistics = TabularStatistics.Of(
            _host, fitting.Data, vector, sizes, [.. texts.Select(source => fitting.Data.Schema[source.Name])]);
        if (statistics.Rows == 0)
        {
            throw _host.Process(new InvalidOperationException(
                "TabularFeatures has no rows to learn from; check the file, or the filter, that the training data comes from."));
        }

        TabularSource[] categories = [.. sources.Where(source => source.IsCategory)];
        string numberOutput = categories.Length == 0 ? _options.OutputColumnName : NumbersColumn;
        if (vector is { } column)
            fitting.Append(LearnNumbers(fitting.Data, column, numbers, sizes, statistics, numberOutput));
        AddCategories(fitting, texts, categories, statistics);
        if (categories.Length > 0)
        {
            IEnumerable<(string, string)> first = vector is null ? [] : [(NumbersColumn, NumbersColumn)];
            fitting.Append(Concatenation.Create(
                _host, _options.OutputColumnName, [.. first, .. categories.Select(source => (source.Working, source.Name))]));
        }

        string[] working =
        [
            .. numbers.Where(source => source.NeedsConversion(input.Schema)).Concat(categories).Select(source => source.Working),
            .. vector is null ? Array.Empty<string>() : [NumbersColumn],
        ];
        fitting.Append(_transforms.DropColumns(working));
        return new TransformerChain<ITransformer>([.. fitting.Transformers]);
    }

    /// <summary>The schema after the fitted transformer: that of the input and the column of features.</summary>
    /// <param name="inputSchema">The schema of the data before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing, is of a type that does not become features, or is the label.
    /// </exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        List<SchemaShape.Column> annotations =
        [
            SchemaShapes.Scalar(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance),
            SchemaShapes.Vector(AnnotationKinds.SlotNames, TextDataViewType.Instance),
        ];
        if (SourcesOf(inputSchema).Any(source => source.IsCategory || HasCategories(inputSchema, source.Name)))
            annotations.Add(SchemaShapes.Vector(AnnotationKinds.CategoricalSlotRanges, NumberDataViewType.Int32));
        return SchemaShapes.Extend(
            inputSchema, [SchemaShapes.Vector(_options.OutputColumnName, NumberDataViewType.Single, [.. annotations])]);
    }

    private static bool HasCategories(SchemaShape schema, string name) => SchemaShapes.TryFind(schema, name, out SchemaShape.Column column)
        && SchemaShapes.TryFind(column.Annotations, AnnotationKinds.CategoricalSlotRanges, out _);

    private TabularSource[] SourcesOf(SchemaShape schema)
    {
        if (_options.InputColumnNames is null && !SchemaShapes.TryFind(schema, _options.LabelColumnName, out _))
        {
            throw Unfit(
                $"TabularFeatures takes every column but the label, and there is no column '{_options.LabelColumnName}'; name the label in " +
                "labelColumnName, so that it does not become a feature, or name the columns to take.");
        }

        if (Array.Find(_options.ExcludedColumnNames, name => !SchemaShapes.TryFind(schema, name, out _)) is { } unknown)
        {
            throw Unfit(
                $"ExcludedColumnNames has '{unknown}' but there is no such column; check its name, so that nothing becomes a feature by mistake.");
        }

        IEnumerable<string> names = _options.InputColumnNames ?? schema.Select(column => column.Name)
            .Where(name => name != _options.LabelColumnName && !_options.ExcludedColumnNames.Contains(name));
        TabularSource[] sources = [.. names.Select(name => SourceOf(schema, name))];
        foreach (TabularSource source in sources)
        {
            if (SchemaShapes.TryFind(schema, source.Working, out _))
            {
                throw Unfit(
                    $"There is a column '{source.Working}', the name under which TabularFeatures works on column '{source.Name}'; rename it.");
            }
        }

        if (SchemaShapes.TryFind(schema, NumbersColumn, out _))
        {
            throw Unfit(
                $"There is a column '{NumbersColumn}', the name under which TabularFeatures works on numbers; rename it.");
        }

        return sources.Length > 0 ? sources : throw Unfit("TabularFeatures is left with no column to take; name some.");
    }

    private TabularSource SourceOf(SchemaShape schema, string name)
    {
        if (name == _options.LabelColumnName)
        {
            throw Unfit(
                $"Column '{name}' is the label and among the features; leave it out, or name another label in labelColumnName.");
        }

        SchemaShape.Column column = SchemaShapes.RequireName(_host, schema, "input", name);
        TabularKind kind = TabularSource.FindKind(column) ?? throw Unfit(
            $"Column '{name}' is of type {SchemaShapes.TypeName(column)}, which does not become features; leave it out, " +
            "or make numbers, text, keys or dates of it first.");
        return new TabularSource(name, kind);
    }

    private Exception Unfit(string message) => _host.UnfitColumns(SchemaParameter, message);

    // ML.NET would throw without a name.
    private void RefuseTooManySlots(TabularSource[] sources, DataViewSchema schema)
    {
        ulong all = 0;
        var slots = new List<(string Name, ulong Count)>();
        foreach (TabularSource source in sources.Where(source => source.Kind is TabularKind.Key or TabularKind.Number))
        {
            ulong count = source.Kind == TabularKind.Key ? ((KeyDataViewType)schema[source.Name].Type).Count
                : (ulong)NormalizeInputsEstimator.SlotCount(schema[source.Name].Type);
            if (count > MostKeys)
            {
                throw Unfit(
                    $"Column '{source.Name}' has keys of {count} values, each of which would be a feature, more than the {MostKeys} that a column " +
                    "can become; hash into fewer bits, such as numberOfBits: 16, take the text itself, or leave the column out.");
            }

            all += count;
            slots.Add((source.Name, count));
        }

        if (all > (ulong)Array.MaxLength)
        {
            IEnumerable<string> largest = slots.OrderByDescending(column => column.Count).Take(3)
                .Select(column => $"'{column.Name}' ({column.Count})");
            throw Unfit(
                $"The columns would become {all} features, more than the {Array.MaxLength} that one vector holds; the largest are " +
                $"{string.Join(", ", largest)}: hash into fewer bits, such as numberOfBits: 16, take the text itself, or leave some out.");
        }
    }

    private void Convert(Fitting fitting, TabularSource[] numbers, DataViewSchema schema)
    {
        TabularSource[] others = [.. numbers.Where(source => source.NeedsConversion(schema))];
        InputOutputColumnPair[] converted = [.. others.Where(source => source.Kind == TabularKind.Number).Select(Pair)];
        InputOutputColumnPair[] dates = [.. others.Where(source => source.Kind == TabularKind.Date).Select(Pair)];
        if (converted.Length > 0)
            fitting.Append(_transforms.Conversion.ConvertType(converted, DataKind.Single));
        if (dates.Length > 0)
            fitting.Append(new DatePartsEstimator(_host, dates));

        static InputOutputColumnPair Pair(TabularSource source) => new(source.Working, source.Name);
    }

    private DataViewSchema.Column? Concatenate(Fitting fitting, TabularSource[] numbers, DataViewSchema schema)
    {
        if (numbers.Length == 0)
            return null;
        fitting.Append(Concatenation.Create(
            _host, NumbersColumn, numbers.Select(source => (fitting.ColumnOf(source, schema).Name, source.Name)).ToArray()));
        return fitting.Data.Schema[NumbersColumn];
    }

    private TabularNumbersTransformer LearnNumbers(
        IDataView data, DataViewSchema.Column vector, TabularSource[] numbers, int[] sizes, TabularStatistics statistics, string output)
    {
        NumberGaps gaps = FindGaps(vector, numbers, sizes, statistics);
        int[] statisticOfSlot = SlotPlan.Assign(CategoricalSlots.Mask(vector, gaps.SlotCount), together: false);
        NormalizationLearner learner = MeanVarianceNormalization.CreateLearner(
            new SlotPlan(statisticOfSlot, SketchCapacity: 0, new CounterRandom(0)));
        var indicators = new float[gaps.IndicatorNames.Length];
        var filled = new float[gaps.SlotCount];
        using (DataViewRowCursor cursor = data.Open([vector]))
        {
            Action read = TabularStatistics.RowReader(cursor, vector, numbers =>
            {
                gaps.Fill(numbers, indicators);
                numbers.CopyTo(filled);
                learner.Add(new VBuffer<float>(filled.Length, filled));
            });
            while (cursor.MoveNext(_host))
                read();
        }

        return new TabularNumbersTransformer(
            _host, new InputOutputColumnPair(output, vector.Name), gaps, (MeanVarianceNormalization)learner.Finish());
    }

    private NumberGaps FindGaps(DataViewSchema.Column vector, TabularSource[] numbers, int[] sizes, TabularStatistics statistics)
    {
        NumberStatistics found = statistics.Numbers;
        string[]? slotNames = SlotNames.Of(vector);
        var replacements = new float[sizes.Sum()];
        var indicatorOfSlot = new int[replacements.Length];
        var indicatorNames = new List<string>();
        int first = 0;
        for (int column = 0; column < numbers.Length; first += sizes[column++])
        {
            ReportGaps(numbers[column], column, first, sizes[column], statistics);

            // Slots that are missing in the same rows, as all seven of a date are, need one indicator between them.
            var patterns = new Dictionary<(long, ulong), int>();
            int[] slots = [.. Enumerable.Range(first, sizes[column])];
            bool areAlike = slots.Select(found.PatternOf).Distinct().Count() == 1;
            foreach (int slot in slots)
            {
                indicatorOfSlot[slot] = NumberGaps.NoIndicator;
                replacements[slot] = found.PatternOf(slot) is null && !_options.ImputeAllColumns ? float.NaN : found.MeanOf(slot);
                if (found.PatternOf(slot) is not { } pattern)
                    continue;
                if (!patterns.TryGetValue(pattern, out indicatorOfSlot[slot]))
                {
                    patterns[pattern] = indicatorOfSlot[slot] = indicatorNames.Count;
                    string? name = areAlike ? numbers[column].Name : slotNames?[slot];
                    indicatorNames.Add(string.IsNullOrEmpty(name) ? "" : $"{name} missing");
                }
            }
        }

        return new NumberGaps(replacements, indicatorOfSlot, [.. indicatorNames]);
    }

    private void AddCategories(Fitting fitting, TabularSource[] texts, TabularSource[] categories, TabularStatistics statistics)
    {
        if (texts.Length > 0)
        {
            InputOutputColumnPair[] pairs = [.. texts.Select(source => new InputOutputColumnPair(source.Working, source.Name))];
            IDataView kept = TextTable.Of(_host, [.. texts.Select(source => (source.Name, KeptTexts(source, statistics)))]);
            ITransformer mapping = _transforms.Conversion.MapValueToKey(pairs, maximumNumberOfKeys: int.MaxValue).Fit(kept);
            fitting.Append(mapping);
        }

        if (categories.Length > 0)
        {
            fitting.Append(_transforms.Conversion.MapKeyToVector([.. categories.Select(source => new InputOutputColumnPair(
                source.Working, source.Kind == TabularKind.Text ? source.Working : source.Name))]));
        }
    }

    private string[] KeptTexts(TabularSource source, TabularStatistics statistics)
    {
        IReadOnlyList<KeyValuePair<string, long>> texts = statistics.TextsOf(source.Name);
        if (texts.Count == 0)
        {
            throw _host.Process(new InvalidOperationException(
                $"Column '{source.Name}' has no text in any of {statistics.Rows} rows; leave it out."));
        }

        ReportTexts(source, texts, statistics.Rows);
        return [.. texts.Take(_options.MaximumCategories).Select(text => text.Key).Order(StringComparer.Ordinal)];
    }

    private void ReportGaps(TabularSource source, int column, int firstSlot, int slots, TabularStatistics statistics)
    {
        NumberStatistics numbers = statistics.Numbers;
        long missing = numbers.MissingIn(column), infinite = numbers.InfiniteIn(column);
        if (missing == 0)
            return;
        if (Enumerable.Range(firstSlot, slots).Any(numbers.IsEmpty))
        {
            string which = slots == 1 ? "a number" : "a number, the same one of a vector,";
            string remedy = infinite == 0 ? "leave it out"
                : $"in {infinite} rows it is infinite or beyond what Single holds: divide it by a large number before, or leave it out";
            throw _host.Process(new InvalidOperationException(
                $"Column '{source.Name}' lacks {which} in each of {statistics.Rows} rows; {remedy}."));
        }

        string kind = infinite == 0 ? "" : $" (in {infinite} it is infinite or beyond what Single holds)";
        Warn($"Column '{source.Name}' lacks a number in {missing} of {statistics.Rows} rows{kind}; the mean of the others takes its place, and " +
            "a slot more says where.");
    }

    private void ReportTexts(TabularSource source, IReadOnlyList<KeyValuePair<string, long>> texts, long rows)
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

    private void Warn(string message) => _host.Warn("Tabular features", message);

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

        /// <summary>
        /// Whether the mean of the training data also takes the place of a number that is missing in a column that lacked none in
        /// training. Default true, as in scikit-learn's SimpleImputer: a field left empty at prediction does not make the answer NaN, which
        /// JSON cannot hold. False leaves NaN in the features of such a row, and trainers of this library predict the row as missing.
        /// </summary>
        public bool ImputeAllColumns { get; set; } = true;

        internal Options Copy()
        {
            var copy = (Options)MemberwiseClone();
            copy.InputColumnNames = InputColumnNames is null ? null : [.. InputColumnNames];
            copy.ExcludedColumnNames = [.. ExcludedColumnNames];
            return copy;
        }

        internal OptionFault? FindFault() =>
            string.IsNullOrEmpty(OutputColumnName) ? new(nameof(OutputColumnName), "OutputColumnName is empty; name the column for the features.")
            : LabelColumnName is null ? new(nameof(LabelColumnName), "LabelColumnName is null; name the label, so that it does not become a feature.")
            : OutputColumnName == LabelColumnName
                ? new(
                    nameof(OutputColumnName),
                    $"OutputColumnName and LabelColumnName are both '{OutputColumnName}', so that the features would hide the label; " +
                    "name another column.")
            : ExcludedColumnNames is null ? new(nameof(ExcludedColumnNames), "ExcludedColumnNames is null; use an empty array to exclude nothing.")
            : InputColumnNames is { } names && Array.Exists(names, string.IsNullOrEmpty) ? new(
                nameof(InputColumnNames), "InputColumnNames has an empty name; leave it out.")
            : InputColumnNames?.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key is { } twice
                ? new(nameof(InputColumnNames), $"InputColumnNames has '{twice}' twice; name each column once.")
            : MaximumCategories is < 1 or > MostCategories
                ? new(
                    nameof(MaximumCategories),
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"MaximumCategories must be from 1 to {MostCategories} but is {MaximumCategories}; 1000 is the default."))
            : null;
    }

    /// <summary>A chain that is fitted as it is made.</summary>
    private sealed class Fitting(IDataView data)
    {
        public IDataView Data { get; private set; } = data;

        public List<ITransformer> Transformers { get; } = [];

        /// <summary>The column that holds a source, as it was or converted.</summary>
        public DataViewSchema.Column ColumnOf(TabularSource source, DataViewSchema input) =>
            Data.Schema[source.NeedsConversion(input) ? source.Working : source.Name];

        public void Append(IEstimator<ITransformer> estimator) => Append(SourceFault.Surfaced(() => estimator.Fit(Data)));

        public void Append(ITransformer transformer)
        {
            Transformers.Add(transformer);
            Data = transformer.Transform(Data);
        }
    }
}
