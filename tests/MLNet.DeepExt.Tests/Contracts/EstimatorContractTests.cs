using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Transforms;

namespace MLNet.DeepExt.Tests.Contracts;

/// <summary>What ML.NET's own tests demand of an estimator and of its transformer, of every estimator of the package.</summary>
public sealed class EstimatorContractTests
{
    private const string Unfit = "Words"; // a vector of texts, which no estimator takes

    private const string Mark = "ML_IsMarked"; // what ML.NET's hosts put into the data of an exception

    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void Every_estimator_of_the_package_has_a_case()
    {
        IEnumerable<Type> known = EstimatorCases.All.Select(one => Definition(one.Create(_context).GetType())).Distinct();
        IEnumerable<Type> all = typeof(TabularFeaturesEstimator).Assembly.GetTypes().Where(type => !type.IsAbstract && type.GetInterfaces().Any(
            candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IEstimator<>)));
        Assert.Equal(all.Select(type => type.Name).Order(), known.Select(type => type.Name).Order());

        static Type Definition(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;
    }

    [Theory]
    [MemberData(nameof(EstimatorCases.Names), MemberType = typeof(EstimatorCases))]
    public void What_the_schema_promises_is_delivered(string name)
    {
        (IEstimator<ITransformer> estimator, IDataView data, _) = Create(name);
        SchemaShape promised = estimator.GetOutputSchema(SchemaShapes.Of(data.Schema));
        SchemaShape delivered = SchemaShapes.Of(estimator.Fit(data).GetOutputSchema(data.Schema));
        Assert.Equal(promised.Select(Form).Order(StringComparer.Ordinal), delivered.Select(Form).Order(StringComparer.Ordinal));
        foreach (SchemaShape.Column column in delivered)
        {
            IEnumerable<string> others = SchemaText.Of(column.Annotations)
                .Except(SchemaText.Of(promised.Single(other => other.Name == column.Name).Annotations));
            Assert.True(!others.Any(), $"{column.Name} has annotations that were not promised: {string.Join(", ", others)}");
        }

        static string Form(SchemaShape.Column column) => $"{column.Name}: {column.Kind} of {column.ItemType}, key: {column.IsKey}";
    }

    [Theory]
    [MemberData(nameof(EstimatorCases.Names), MemberType = typeof(EstimatorCases))]
    public void The_schema_is_that_of_the_transformed_data_and_of_the_mapper_before_and_after_saving(string name)
    {
        (IEstimator<ITransformer> estimator, IDataView data, _) = Create(name);
        ITransformer fitted = estimator.Fit(data);
        string[] expected = Text(fitted.GetOutputSchema(data.Schema));
        foreach (ITransformer transformer in new[] { fitted, SaveAndLoad(fitted, data) })
        {
            Assert.Equal(expected, Text(transformer.GetOutputSchema(data.Schema)));
            Assert.Equal(expected, Text(transformer.Transform(data).Schema));
            Assert.True(transformer.IsRowToRowMapper);
            IRowToRowMapper mapper = transformer.GetRowToRowMapper(data.Schema);
            Assert.Same(data.Schema, mapper.InputSchema);
            Assert.Equal(expected, Text(mapper.OutputSchema));
        }

        static string[] Text(DataViewSchema schema) =>
            [.. schema.Select(column => $"{column.Name}: {column.Type} {column.IsHidden} ({string.Join("; ", AnnotationText.Of(column))})")];
    }

    [Theory]
    [MemberData(nameof(EstimatorCases.Names), MemberType = typeof(EstimatorCases))]
    public void A_loaded_transformer_gives_the_same_rows(string name)
    {
        (IEstimator<ITransformer> estimator, IDataView data, _) = Create(name);
        ITransformer fitted = estimator.Fit(data);
        AssertSameRows(fitted.Transform(data), SaveAndLoad(fitted, data).Transform(data));
    }

    [Theory]
    [MemberData(nameof(EstimatorCases.Names), MemberType = typeof(EstimatorCases))]
    public void Every_choice_of_columns_gives_the_same_values(string name)
    {
        (IEstimator<ITransformer> estimator, IDataView data, _) = Create(name);
        IDataView cached = _context.Data.Cache(data);
        IDataView transformed = estimator.Fit(data).Transform(cached);
        DataViewSchema schema = transformed.Schema;
        Dictionary<string, Dictionary<int, string>> all = RowTexts.Read(transformed.GetRowCursor(schema), schema);
        Assert.Equal(60, all.Count);
        foreach (DataViewSchema.Column[] columns in Choices(schema))
        {
            AssertPart(all, RowTexts.Read(transformed.GetRowCursor(columns), columns));
            AssertPart(all, RowTexts.Read(transformed.GetRowCursor(columns, new Random(1)), columns));
            DataViewRowCursor[] set = transformed.GetRowCursorSet(columns, 3);
            AssertPart(all, set.SelectMany(cursor => RowTexts.Read(cursor, columns)).ToDictionary());
            AssertActive(transformed, columns);
        }
    }

    [Theory]
    [MemberData(nameof(EstimatorCases.Names), MemberType = typeof(EstimatorCases))]
    public void The_mapper_needs_no_more_of_a_row_than_it_says(string name)
    {
        (IEstimator<ITransformer> estimator, IDataView data, _) = Create(name);
        ITransformer transformer = estimator.Fit(data);
        IDataView transformed = transformer.Transform(data);
        Dictionary<string, Dictionary<int, string>> all = RowTexts.Read(transformed.GetRowCursor(transformed.Schema), transformed.Schema);
        IRowToRowMapper mapper = transformer.GetRowToRowMapper(data.Schema);
        foreach (DataViewSchema.Column[] columns in Choices(mapper.OutputSchema))
        {
            DataViewSchema.Column[] needed = [.. mapper.GetDependencies(columns)];
            using DataViewRowCursor cursor = data.GetRowCursor(needed);
            using DataViewRow row = mapper.GetRow(cursor, columns);
            ValueGetter<DataViewRowId> idGetter = row.GetIdGetter();
            (int Index, Func<string> Read)[] readers = [.. columns.Select(column => (column.Index, RowTexts.ReaderOf(row, column)))];
            DataViewRowId id = default;
            while (cursor.MoveNext())
            {
                idGetter(ref id);
                Assert.All(readers, reader => Assert.Equal(all[id.ToString()][reader.Index], reader.Read()));
            }
        }
    }

    [Theory]
    [MemberData(nameof(EstimatorCases.Names), MemberType = typeof(EstimatorCases))]
    public void Data_that_do_not_fit_are_refused_as_ML_NET_refuses_them(string name)
    {
        (IEstimator<ITransformer> estimator, IDataView data, EstimatorCase one) = Create(name);
        ITransformer fitted = estimator.Fit(data);
        foreach (string column in one.Inputs.Concat(one.Label is { } label ? [label] : Array.Empty<string>()))
        {
            bool isTable = estimator is TabularFeaturesEstimator && one.Label is not null; // takes whatever columns there are
            IDataView without = _context.Transforms.DropColumns(column).Fit(data).Transform(data);
            IDataView other = _context.Transforms.CopyColumns(column, Unfit).Fit(data).Transform(data);
            if (!isTable || column == one.Label)
            {
                AssertRefusedWithRemedy(
                    [$"'{column}'"], () => estimator.GetOutputSchema(SchemaShapes.Of(without.Schema)), () => estimator.Fit(without));
            }

            if (!isTable || column != one.Label)
            {
                AssertRefusedWithRemedy(
                    [$"'{column}'", "Vector<String"], () => estimator.GetOutputSchema(SchemaShapes.Of(other.Schema)), () => estimator.Fit(other));
            }

            if (column == one.Label)
                continue;
            foreach (ITransformer transformer in new[] { fitted, SaveAndLoad(fitted, data) })
            {
                // Some are ML.NET's, whose errors have no remedy: within its combinations, and in files of what changes rows in training alone.
                bool isOurs = !name.EndsWith("ML.NET's combinations", StringComparison.Ordinal) && transformer is not ColumnCopyingTransformer;
                AssertTransformerRefuses(transformer, without, isOurs ? [$"'{column}'"] : null);
                bool takesAnyType = estimator is MixWithNoiseEstimator or AugmentImagesEstimator; // copies the column at prediction
                if (!takesAnyType)
                    AssertTransformerRefuses(transformer, other, isOurs ? [$"'{column}'", "Vector<String, 2>"] : null);
            }
        }
    }

    [Theory]
    [MemberData(nameof(EstimatorCases.Names), MemberType = typeof(EstimatorCases))]
    public void Nothing_is_learned_of_rows_without_a_label_and_they_are_predicted(string name)
    {
        EstimatorCase one = EstimatorCases.Of(name);
        IDataView some = ContractRow.Load(_context, lacksLabel: LacksLabel);
        IDataView transformed = one.Create(_context).Fit(some).Transform(some);
        Assert.Equal(60, RowTexts.Read(transformed.GetRowCursor(transformed.Schema), transformed.Schema).Count);
        if (LearnsOfLabels(one))
        {
            AssertSameRows(
                one.Create(_context).Fit(ContractRow.Load(_context, lacksLabel: LacksLabel, leavesOut: LacksLabel)).Transform(some), transformed);
        }

        static bool LacksLabel(int row) => row % 3 == 0;
    }

    [Theory]
    [MemberData(nameof(EstimatorCases.Names), MemberType = typeof(EstimatorCases))]
    public void Rows_that_all_lack_the_label_are_refused(string name)
    {
        EstimatorCase one = EstimatorCases.Of(name);
        if (LearnsOfLabels(one))
            AssertRefused(() => one.Create(_context).Fit(ContractRow.Load(_context, lacksLabel: _ => true)));
    }

    [Theory]
    [MemberData(nameof(EstimatorCases.Names), MemberType = typeof(EstimatorCases))]
    public void Transformed_data_are_saved_and_applied_to_other_data_as_ML_NET_does(string name)
    {
        (IEstimator<ITransformer> estimator, IDataView data, _) = Create(name);
        ITransformer transformer = estimator.Fit(data);
        IDataView others = ContractRow.Load(_context, count: 20);
        IDataView expected = transformer.Transform(others);
        IDataView transformed = transformer.Transform(data);
        AssertSameRows(expected, DataTransforms.Apply(_context, transformed, data, others));
        AssertSameRows(expected, DataTransforms.SaveAndLoad(_context, transformed, data, others));

        // The transformers themselves, too.
        AssertSameRows(expected, Parts(transformer).Aggregate(others, (view, part) => IsOurs(part)
            ? DataTransforms.SaveAndLoad(_context, part, view)
            : part.Transform(view)));

        static bool IsOurs(ITransformer part) => part.GetType().Assembly == typeof(TabularFeaturesEstimator).Assembly;

        static IEnumerable<ITransformer> Parts(ITransformer transformer) =>
            transformer is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [transformer];
    }

    // Of the labels that rows can lack; TabularFeatures takes all columns but the label, and learns of the others.
    private bool LearnsOfLabels(EstimatorCase one) => one.MayLackLabel && one.Create(_context) is not TabularFeaturesEstimator;

    private static IEnumerable<DataViewSchema.Column[]> Choices(DataViewSchema schema)
    {
        yield return [];
        yield return [.. schema];
        foreach (DataViewSchema.Column column in schema)
        {
            yield return [column];
            yield return [.. schema.Where(other => other.Index != column.Index)];
        }
    }

    private static void AssertPart(Dictionary<string, Dictionary<int, string>> all, Dictionary<string, Dictionary<int, string>> part)
    {
        Assert.Equal(all.Keys.Order(StringComparer.Ordinal), part.Keys.Order(StringComparer.Ordinal));
        foreach ((string id, Dictionary<int, string> row) in part)
            Assert.All(row, value => Assert.Equal(all[id][value.Key], value.Value));
    }

    private static void AssertActive(IDataView data, DataViewSchema.Column[] columns)
    {
        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        int[] active = [.. columns.Select(column => column.Index).Order()];
        Assert.Empty(active.Except(data.Schema.Where(cursor.IsColumnActive).Select(column => column.Index)));
        foreach (DataViewSchema.Column column in data.Schema.Where(column => !cursor.IsColumnActive(column)))
            AssertRefused(marked: false, () => RowTexts.GetterOf(cursor, column));
        foreach (DataViewSchema.Column column in columns)
            AssertRefused(marked: false, () => cursor.GetGetter<Guid>(column));
    }

    private static void AssertSameRows(IDataView expected, IDataView actual)
    {
        Assert.Equal(expected.Schema.Select(column => $"{column.Name}: {column.Type}"),
            actual.Schema.Select(column => $"{column.Name}: {column.Type}"));
        Dictionary<string, Dictionary<int, string>> all = RowTexts.Read(expected.GetRowCursor(expected.Schema), expected.Schema);
        Assert.NotEmpty(all);
        AssertPart(all, RowTexts.Read(actual.GetRowCursor(actual.Schema), actual.Schema));
    }

    private static void AssertRefused(params Action[] actions) => AssertRefused(marked: true, actions);

    // Null where ML.NET refuses.
    private static void AssertTransformerRefuses(ITransformer transformer, IDataView data, string[]? values)
    {
        Action[] actions =
        [
            () => transformer.GetOutputSchema(data.Schema), () => transformer.Transform(data), () => transformer.GetRowToRowMapper(data.Schema),
        ];
        if (values is null)
            AssertRefused(actions);
        else
            AssertRefusedWithRemedy(values, actions);
    }

    // The fact with its values, then what to do: "Could not find ...; name one of ...", "Schema mismatch for ...; convert it with ...".
    private static void AssertRefusedWithRemedy(string[] values, params Action[] actions)
    {
        AssertRefused(actions);
        Assert.All(actions, action =>
        {
            string message = Assert.ThrowsAny<Exception>(action).Message;
            Assert.Matches(@"; [^;]*[.?]( \(Parameter '\w+'\))?$", message);
            Assert.All(values, value => Assert.Contains(value, message));
        });
    }

    // The exceptions of ML.NET's contract; marked, as its hosts mark them, so that whoever runs the pipeline knows that they are meant.
    private static void AssertRefused(bool marked, params Action[] actions)
    {
        foreach (Action action in actions)
        {
            Exception exception = Assert.ThrowsAny<Exception>(action);
            Assert.True(
                exception is ArgumentOutOfRangeException or InvalidOperationException,
                $"{exception.GetType().Name} is neither ArgumentOutOfRangeException nor InvalidOperationException: {exception.Message}");
            if (marked)
                Assert.True(exception.Data.Contains(Mark), $"not marked: {exception.Message}");
        }
    }

    private (IEstimator<ITransformer> Estimator, IDataView Data, EstimatorCase Case) Create(string name)
    {
        EstimatorCase one = EstimatorCases.Of(name);
        return (one.Create(_context), ContractRow.Load(_context), one);
    }

    private ITransformer SaveAndLoad(ITransformer transformer, IDataView data)
    {
        using var stream = new MemoryStream();
        _context.Model.Save(transformer, data.Schema, stream);
        stream.Position = 0;
        return _context.Model.Load(stream, out _);
    }
}
