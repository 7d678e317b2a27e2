using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Transforms;

namespace MLNet.DeepExt.Tests.Transforms;

public sealed class TabularFeaturesTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void Every_type_becomes_features_with_names()
    {
        IDataView data = Load(Table());
        DataViewSchema.Column features = Fit(data).Transform(data).Schema["Features"];
        Assert.Equal(
            [
                "Age", "Income", "Children", "Member", "Born.days", "Born.year.sin", "Born.year.cos", "Born.week.sin", "Born.week.cos",
                "Born.day.sin", "Born.day.cos", "Seen.days", "Seen.year.sin", "Seen.year.cos", "Seen.week.sin", "Seen.week.cos",
                "Seen.day.sin", "Seen.day.cos", "Stayed.days", "", "", "Age missing", "City.Paris", "City.Rome",
                "", "", "",
            ],
            SlotNames.Of(features)!);
        Assert.Equal([(22, 2), (24, 3)], CategoricalSlots.Of(features));
        Assert.Equal(data.Schema.Count + 1, Fit(data).Transform(data).Schema.Count(column => !column.IsHidden));
    }

    [Fact]
    public void Numbers_have_mean_0_and_variance_1_and_categories_are_one_hot()
    {
        IDataView data = Load(Table());
        float[][] rows = VectorRow.Read(Fit(data).Transform(data));
        for (int slot = 0; slot < 21; slot++)
        {
            double mean = rows.Average(row => row[slot]), square = rows.Average(row => (double)row[slot] * row[slot]);
            Assert.Equal(0, mean, 1e-5);
            Assert.True(Math.Abs(square - 1) < 1e-4 || square < 1e-9, $"slot {slot}: {square}");
        }

        Assert.All(rows, row => Assert.Equal(1, row[22..24].Sum()));
        Assert.All(rows, row => Assert.Equal(1, row[24..].Sum()));
    }

    [Fact]
    public void A_missing_number_is_replaced_by_the_mean_and_told()
    {
        IDataView data = Load(Table());
        var log = new LogRecorder(_context, "TabularFeaturesEstimator");
        float[][] rows = VectorRow.Read(Fit(data).Transform(data));
        int[] missing = [.. Enumerable.Range(0, rows.Length).Where(row => float.IsNaN(Table()[row].Age))];
        Assert.NotEmpty(missing);
        Assert.All(Enumerable.Range(0, rows.Length), row => Assert.Equal(missing.Contains(row) ? 1 : 0, rows[row][21]));
        Assert.All(missing, row => Assert.Equal(0, rows[row][0], 1e-6));
        Assert.Contains(log.Of(Microsoft.ML.Runtime.ChannelMessageKind.Warning), message => message.Contains(
            $"Column 'Age' lacks a number in {missing.Length} of {rows.Length} rows; the mean of the others takes its place, and a slot more " +
            "says where.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_number_that_is_missing_where_none_was_becomes_the_mean_unless_asked_not_to()
    {
        IDataView data = Load(Table());
        TableRow row = Table()[1];
        row.Income = double.NaN;
        Assert.Equal(0, VectorRow.Read(Fit(data).Transform(Load([row])))[0][1], 1e-6);
        ITransformer strict = _context.Transforms.TabularFeatures(new TabularFeaturesEstimator.Options { ImputeAllColumns = false }).Fit(data);
        Assert.True(float.IsNaN(VectorRow.Read(strict.Transform(Load([row])))[0][1]));
        Assert.Equal(VectorRow.Read(Fit(data).Transform(data)), VectorRow.Read(strict.Transform(data)));
    }

    [Fact]
    public void Means_take_the_place_of_gaps_as_ML_NET_has_them()
    {
        IDataView data = Load(Table());
        IEstimator<ITransformer> theirs = _context.Transforms.Concatenate("Features", "Age")
            .Append(_context.Transforms.ReplaceMissingValues("Features", replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean))
            .Append(_context.Transforms.NormalizeInputs("Features"));
        float[][] expected = VectorRow.Read(theirs.Fit(data).Transform(data));
        float[][] actual = VectorRow.Read(_context.Transforms.TabularFeatures(inputColumnNames: ["Age"]).Fit(data).Transform(data));
        Assert.Equal(expected.Select(row => row[0]), actual.Select(row => row[0]));
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e39)]
    public void Infinities_and_numbers_beyond_Single_count_as_missing(double beyond)
    {
        TableRow[] rows = Table();
        for (int i = 0; i < 3; i++)
            rows[i].Income = beyond;
        var log = new LogRecorder(_context, "TabularFeaturesEstimator");
        ITransformer model = _context.Transforms.TabularFeatures(inputColumnNames: ["Income", "Pair"]).Fit(Load(rows));
        float[][] features = VectorRow.Read(model.Transform(Load(rows)));
        Assert.All(features, row => Assert.All(row, value => Assert.True(float.IsFinite(value))));
        Assert.Equal(Enumerable.Range(0, rows.Length).Select(i => i < 3 ? 1f : 0), features.Select(row => row[3]));
        Assert.Contains(
            "Column 'Income' lacks a number in 3 of 120 rows (in 3 it is infinite or beyond what Single holds); the mean of the others takes " +
            "its place, and a slot more says where.",
            log.Of(Microsoft.ML.Runtime.ChannelMessageKind.Warning));
        foreach (TableRow row in rows)
            row.Income = beyond;
        Assert.Equal(
            "Column 'Income' lacks a number in each of 120 rows; in 120 rows it is infinite or beyond what Single holds: divide it by a large " +
            "number before, or leave it out.",
            Assert.Throws<InvalidOperationException>(
                () => _context.Transforms.TabularFeatures(inputColumnNames: ["Income"]).Fit(Load(rows))).Message);
    }

    [Fact]
    public void What_is_missing_together_has_one_indicator()
    {
        TableRow[] rows = Table();
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i].Born = i % 4 == 0 ? default : rows[i].Born;
            rows[i].Pair = i % 5 == 0 ? [float.NaN, float.NaN] : [i, -i];
        }

        IDataView features = _context.Transforms.TabularFeatures(inputColumnNames: ["Born", "Pair"]).Fit(Load(rows)).Transform(Load(rows));
        Assert.Equal(["Born missing", "Pair missing"], SlotNames.Of(features.Schema["Features"])![9..]);
        float[][] values = VectorRow.Read(features);
        Assert.Equal(Enumerable.Range(0, rows.Length).Select(i => i % 4 == 0 ? 1f : 0), values.Select(row => row[9]));
        Assert.Equal(Enumerable.Range(0, rows.Length).Select(i => i % 5 == 0 ? 1f : 0), values.Select(row => row[10]));
    }

    [Fact]
    public void Placeholder_dates_are_missing_and_do_not_squeeze_the_others()
    {
        DateTime[] placeholders = [DateTime.MaxValue, new(9999, 12, 31), new(1900, 1, 1), DateTime.MinValue.AddHours(2), new(2999, 12, 31)];
        TableRow[] rows = Table();
        for (int i = 0; i < rows.Length; i++)
            rows[i].Born = i < placeholders.Length ? placeholders[i] : new DateTime(2015, 3, 1).AddDays(20 * i);
        var log = new LogRecorder(_context, "TabularFeaturesEstimator");
        float[][] values = VectorRow.Read(_context.Transforms.TabularFeatures(inputColumnNames: ["Born"]).Fit(Load(rows)).Transform(Load(rows)));
        Assert.Equal(Enumerable.Range(0, rows.Length).Select(i => i < placeholders.Length ? 1f : 0), values.Select(row => row[7]));
        Assert.InRange(values[placeholders.Length..].Max(row => row[0]) - values[placeholders.Length..].Min(row => row[0]), 3, 4); // √12 and some
        Assert.Contains(
            "Column 'Born' has placeholders among its dates, which count as missing: 0001-01-01 in 1 row, 1900-01-01 in 1 row, 2999-12-31 " +
            "in 1 row, 9999-12-31 in 2 rows. If they are dates, make numbers of the column before.",
            log.Of(Microsoft.ML.Runtime.ChannelMessageKind.Warning));
    }

    [Fact]
    public void Of_many_placeholders_ten_are_named_and_the_others_counted()
    {
        TableRow[] rows = Table();
        for (int i = 0; i < rows.Length; i++)
            rows[i].Born = i < 14 ? new DateTime(9999, 1, 1 + i) : new DateTime(2015, 3, 1).AddDays(20 * i);
        var log = new LogRecorder(_context, "TabularFeaturesEstimator");
        _context.Transforms.TabularFeatures(inputColumnNames: ["Born"]).Fit(Load(rows));
        string days = string.Join(", ", Enumerable.Range(1, 10).Select(day => $"9999-01-{day:00} in 1 row"));
        Assert.Contains(
            $"Column 'Born' has placeholders among its dates, which count as missing: {days} and 4 days more. If they are dates, make numbers of " +
            "the column before.",
            log.Of(Microsoft.ML.Runtime.ChannelMessageKind.Warning));
    }

    [Fact]
    public void Keys_of_more_values_together_than_a_vector_holds_are_refused_by_the_names_of_the_largest()
    {
        IDataView table = Load(Table());
        IDataView hashed = _context.Transforms.Conversion.Hash("Town", "City", numberOfBits: 30)
            .Append(_context.Transforms.Conversion.Hash("Home", "City", numberOfBits: 30)).Fit(table).Transform(table);
        Assert.Equal(
            "The columns would become 2147483649 features, more than the 2147483591 that one vector holds; the largest are 'Town' (1073741824), " +
            "'Home' (1073741824), 'Age' (1): hash into fewer bits, such as numberOfBits: 16, take the text itself, or leave some out. " +
            "(Parameter 'inputSchema')",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => _context.Transforms.TabularFeatures(inputColumnNames: ["Age", "Town", "Home"]).Fit(hashed)).Message);
    }

    [Fact]
    public void Spans_that_are_the_longest_or_the_shortest_of_all_are_missing()
    {
        TableRow[] rows = Table();
        (rows[3].Stayed, rows[4].Stayed, rows[5].Stayed) = (TimeSpan.MaxValue, TimeSpan.MinValue, TimeSpan.Zero);
        float[][] values = VectorRow.Read(_context.Transforms.TabularFeatures(inputColumnNames: ["Stayed"]).Fit(Load(rows)).Transform(Load(rows)));
        Assert.Equal(Enumerable.Range(0, rows.Length).Select(i => i is 3 or 4 ? 1f : 0), values.Select(row => row[1]));
    }

    [Fact]
    public void A_key_of_more_values_than_a_vector_holds_is_refused_by_the_name_of_its_column()
    {
        IDataView hashed = _context.Transforms.Conversion.Hash("Town", "City", numberOfBits: 31).Fit(Load(Table())).Transform(Load(Table()));
        Assert.Equal(
            "Column 'Town' has keys of 2147483648 values, each of which would be a feature, more than the 1073741824 that a column can become; " +
            "hash into fewer bits, such as numberOfBits: 16, take the text itself, or leave the column out. (Parameter 'inputSchema')",
            Assert.Throws<ArgumentOutOfRangeException>(() => _context.Transforms.TabularFeatures(inputColumnNames: ["Town"]).Fit(hashed)).Message);
    }

    [Fact]
    public void A_chain_is_as_long_for_many_columns_as_for_few()
    {
        IDataView data = Load(Table());
        string[] names = [.. Enumerable.Range(0, 60).Select(i => $"Copy{i}")];
        string[] originals = ["Age", "Income", "City", "Size", "Born"];
        IDataView wide = data;
        for (int i = 0; i < names.Length; i++)
            wide = _context.Transforms.CopyColumns(names[i], originals[i % originals.Length]).Fit(wide).Transform(wide);
        Assert.Equal(
            _context.Transforms.TabularFeatures(inputColumnNames: originals).Fit(data).Count(),
            _context.Transforms.TabularFeatures(inputColumnNames: names).Fit(wide).Count());
    }

    [Fact]
    public void Vectors_may_lack_numbers_in_every_row_but_not_the_same_one()
    {
        TableRow[] rows = Table();
        for (int i = 0; i < rows.Length; i++)
            rows[i].Pair = i % 2 == 0 ? [float.NaN, i] : [i, float.NaN];
        float[][] features = VectorRow.Read(_context.Transforms.TabularFeatures(inputColumnNames: ["Pair"]).Fit(Load(rows)).Transform(Load(rows)));
        Assert.All(features, row => Assert.Equal(1, row[2] + row[3]));
        foreach (TableRow row in rows)
            row.Pair[1] = float.NaN;
        Assert.Equal(
            $"Column 'Pair' lacks a number, the same one of a vector, in each of {rows.Length} rows; leave it out.",
            Assert.Throws<InvalidOperationException>(
                () => _context.Transforms.TabularFeatures(inputColumnNames: ["Pair"]).Fit(Load(rows))).Message);
    }

    [Fact]
    public void An_unknown_or_missing_category_has_no_slot_set()
    {
        ITransformer model = Fit(Load(Table()));
        TableRow unknown = Table()[1], missing = Table()[1];
        (unknown.City, missing.City, missing.Size) = ("Atlantis", "", 99);
        float[][] rows = VectorRow.Read(model.Transform(Load([unknown, missing])));
        Assert.Equal([0, 0], rows[0][22..24]);
        Assert.Equal([0, 0, 0, 0, 0], rows[1][22..]);
    }

    [Fact]
    public void Of_many_texts_the_most_frequent_are_kept()
    {
        TableRow[] rows = Table();
        for (int i = 0; i < rows.Length; i++)
            rows[i].City = i < 6 ? "rare " + i : i % 3 == 0 ? "b" : "a";
        var log = new LogRecorder(_context, "TabularFeaturesEstimator");
        IDataView data = Load(rows);
        IDataView features = _context.Transforms.TabularFeatures(new TabularFeaturesEstimator.Options
        {
            InputColumnNames = ["City", "Children"],
            MaximumCategories = 2,
        }).Fit(data).Transform(data);
        Assert.Equal(["Children", "City.a", "City.b"], SlotNames.Of(features.Schema["Features"])!);
        Assert.Contains(log.Of(Microsoft.ML.Runtime.ChannelMessageKind.Warning), message => message.Contains(
            $"Column 'City' has 8 different texts, of which the 2 most frequent are kept; 6 of {rows.Length} rows have another one and count " +
            "as unknown. Raise MaximumCategories to keep more.", StringComparison.Ordinal));
    }

    [Fact]
    public void Dates_are_places_in_cycles()
    {
        IDataView data = Load([.. Table().Select((row, i) =>
        {
            row.Born = new DateTime(2024, 1, 1).AddHours(6 * i); // a Monday
            return row;
        })]);
        ITransformer dates = new MLNet.DeepExt.Transforms.Tabular.DatePartsEstimator(
            _context, new InputOutputColumnPair("Parts", "Born")).Fit(data);
        float[][] parts = VectorRow.Read(dates.Transform(data), "Parts");
        Assert.Equal(8766, parts[0][0]); // from 2000 to 2024, six of which are leap years
        Assert.Equal([0, 1], parts[0][1..3]);
        Assert.Equal(Math.Sin(2 * Math.PI / 7), parts[0][3], 1e-6);
        Assert.Equal([0, 1], parts[0][5..7]);
        Assert.Equal(1, parts[1][5], 1e-6);   // six o'clock
        Assert.Equal(-1, parts[2][6], 1e-6);  // noon
        TableRow missing = Table()[0];
        missing.Born = default;
        Assert.All(VectorRow.Read(dates.Transform(Load([missing])), "Parts")[0], part => Assert.True(float.IsNaN(part)));
    }

    [Fact]
    public void It_is_saved_and_loaded_and_trains_in_a_chain_in_every_culture()
    {
        IDataView data = Load(Table());
        IEstimator<ITransformer> pipeline = _context.Transforms.TabularFeatures()
            .Append(TrainerKind.Binary.Create(_context, options => options.LabelColumnName = "Label"));
        ITransformer model = pipeline.Fit(data);
        string[] expected = OutputText.Of(model, data);
        using (new CultureScope("tr-TR"))
            Assert.Equal(expected, OutputText.Of(pipeline.Fit(data), data));
        using var file = new MemoryStream();
        _context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        var fresh = new MLContext();
        ITransformer loaded = fresh.Model.Load(file, out _);
        Assert.Equal(expected, OutputText.Of(loaded, data));
        using var engine = fresh.Model.CreatePredictionEngine<TableRow, Scored>(loaded);
        Assert.Equal(Table().Select(row => engine.Predict(row).Score), model.Transform(data).GetColumn<float>("Score"));
    }

    [Fact]
    public void Nothing_is_learned_of_other_rows_and_cross_validation_takes_it()
    {
        IDataView few = Load(Table()[..40]), all = Load(Table());
        float[][] alone = VectorRow.Read(Fit(few).Transform(few));
        Assert.Equal(alone, VectorRow.Read(_context.Data.TakeRows(Fit(few).Transform(all), 40)));
        var folds = _context.BinaryClassification.CrossValidate(
            all, _context.Transforms.TabularFeatures().Append(TrainerKind.Binary.Create(_context, options => options.LabelColumnName = "Label")), 3);
        Assert.Equal(3, folds.Count);
    }

    [Fact]
    public void What_it_promises_is_what_it_gives()
    {
        IDataView data = Load(Table());
        SchemaShape promised = _context.Transforms.TabularFeatures().GetOutputSchema(SchemaShapes.Of(data.Schema));
        SchemaShape given = SchemaShapes.Of(Fit(data).GetOutputSchema(data.Schema));
        SchemaShape.Column wanted = promised.Single(column => column.Name == "Features"), found = given.Single(column => column.Name == "Features");
        Assert.Equal((wanted.Kind, wanted.ItemType), (found.Kind, found.ItemType));
        Assert.Subset(SchemaText.Of(found.Annotations).ToHashSet(), SchemaText.Of(wanted.Annotations).ToHashSet());
    }

    [Fact]
    public void Labels_missing_columns_and_strange_types_are_refused_before_anything_is_read()
    {
        IDataView data = Load(Table());
        AssertRefused(
            "Column 'Label' is the label and among the features; leave it out, or name another label in labelColumnName.",
            new() { InputColumnNames = ["Age", "Label"] });
        AssertRefused(
            "TabularFeatures takes every column but the label, and there is no column 'Target'; name the label in labelColumnName, so that it " +
            "does not become a feature, or name the columns to take.",
            new() { LabelColumnName = "Target" });
        AssertRefused(
            "ExcludedColumnNames has 'Idd' but there is no such column; check its name, so that nothing becomes a feature by mistake.",
            new() { ExcludedColumnNames = ["Idd"] });
        AssertRefused(
            "Could not find input column 'Height'; name one of 'Age', 'Income', 'Children', 'Member', 'City', 'Size', 'Born', 'Seen', " +
            "'Stayed', 'Pair' and 2 more.",
            new() { InputColumnNames = ["Height"] });
        AssertRefused(
            "Column 'Words' is of type Vector<String>, length unknown, which does not become features; leave it out, or make numbers, text, " +
            "keys or dates of it first.",
            new() { InputColumnNames = ["Words"] });

        void AssertRefused(string fault, TabularFeaturesEstimator.Options options)
        {
            string expected = fault + " (Parameter 'inputSchema')";
            IDataView words = _context.Transforms.Text.TokenizeIntoWords("Words", "City").Fit(data).Transform(data);
            TabularFeaturesEstimator estimator = _context.Transforms.TabularFeatures(options);
            Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(words)).Message);
            Assert.Equal(expected,
                Assert.Throws<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(SchemaShapes.Of(words.Schema))).Message);
        }
    }

    [Theory]
    [InlineData("Age", "Income", "Single, got Double")]
    [InlineData("Income", "City", "a number or Boolean, got String")]
    [InlineData("Income", "Pair", "a number or Boolean, got Vector<Single, 2>")]
    [InlineData("Member", "Size", "a number or Boolean, got Key<UInt32, 0-2>")]
    [InlineData("City", "Words", "String, got Vector<String>, length unknown")]
    [InlineData("Size", "Children", "keys of 3 values, got Int32")]
    [InlineData("Size", "Town", "keys of 3 values, got Key<UInt32, 0-1>")]
    [InlineData("Born", "Stayed", "DateTime or DateTimeOffset, got TimeSpan")]
    [InlineData("Stayed", "Born", "TimeSpan, got DateTime")]
    [InlineData("Pair", "Age", "Vector<Single, 2>, got Single")]
    public void A_fitted_chain_refuses_a_column_of_another_type_by_its_name_before_and_after_saving(string column, string other, string types)
    {
        IDataView data = _context.Transforms.Text.TokenizeIntoWords("Words", "City")
            .Append(_context.Transforms.Conversion.MapValueToKey("Town", "City"))
            .Fit(Load(Table())).Transform(Load(Table()));
        ITransformer fitted = _context.Transforms.TabularFeatures(inputColumnNames: [column]).Fit(data);
        IDataView wrong = _context.Transforms.CopyColumns(column, other).Fit(data).Transform(data);
        using var stream = new MemoryStream();
        _context.Model.Save(fitted, data.Schema, stream);
        foreach (ITransformer chain in new[] { fitted, _context.Model.Load(stream, out _) })
        {
            Assert.Equal(
                $"Schema mismatch for input column '{column}': expected {types}; give it the columns that it was fitted with, behind the same " +
                "transforms. (Parameter 'inputSchema')",
                Assert.Throws<ArgumentOutOfRangeException>(() => chain.Transform(wrong)).Message);
        }
    }

    [Theory]
    [InlineData("Income", "Age")]
    [InlineData("Income", "Member")]
    [InlineData("Children", "Income")]
    [InlineData("Born", "Seen")]
    public void A_fitted_chain_takes_another_type_of_which_it_makes_the_same_features(string column, string other)
    {
        IDataView data = Load(Table());
        IDataView changed = _context.Transforms.CopyColumns(column, other).Fit(data).Transform(data);
        ITransformer chain = _context.Transforms.TabularFeatures(inputColumnNames: [column]).Fit(data);
        Assert.Equal(120, VectorRow.Read(chain.Transform(changed)).Length);
        Assert.Equal(chain.GetOutputSchema(data.Schema)["Features"].Type, chain.GetOutputSchema(changed.Schema)["Features"].Type);
    }

    [Fact]
    public void A_column_that_is_called_like_the_gaps_of_another_keeps_its_values()
    {
        IDataView data = _context.Transforms.CopyColumns("Age missing", "Income").Fit(Load(Table())).Transform(Load(Table()));
        float[][] rows = VectorRow.Read(_context.Transforms.TabularFeatures(new TabularFeaturesEstimator.Options
        {
            InputColumnNames = ["Age", "Age missing", "Income"],
        }).Fit(data).Transform(data));
        Assert.All(rows, row => Assert.Equal(row[2], row[1]));
        Assert.Equal(Table().Select(row => float.IsNaN(row.Age) ? 1f : 0), rows.Select(row => row[3]));
    }

    [Fact]
    public void A_column_of_the_table_that_would_be_worked_in_is_refused()
    {
        IDataView data = _context.Transforms.CopyColumns("TabularFeatures.Age", "Income").Fit(Load(Table())).Transform(Load(Table()));
        Assert.Equal(
            "There is a column 'TabularFeatures.Age', the name under which TabularFeatures works on column 'Age'; " +
            "rename it. (Parameter 'inputSchema')",
            Assert.Throws<ArgumentOutOfRangeException>(() => Fit(data)).Message);
    }

    [Fact]
    public void Bad_options_are_refused_when_it_is_made()
    {
        AssertRefused("InputColumnNames has 'Age' twice; name each column once.", new() { InputColumnNames = ["Age", "Age"] });
        AssertRefused("MaximumCategories must be from 1 to 16777216 but is 0; 1000 is the default.", new() { MaximumCategories = 0 });
        AssertRefused("OutputColumnName is empty; name the column for the features.", new() { OutputColumnName = "" });
        AssertRefused(
            "OutputColumnName and LabelColumnName are both 'Label', so that the features would hide the label; name another column.",
            new() { OutputColumnName = "Label" });
        AssertRefused("InputColumnNames has an empty name; leave it out.", new() { InputColumnNames = ["Age", null!] });

        void AssertRefused(string expected, TabularFeaturesEstimator.Options options) =>
            Assert.Equal(expected, Assert.Throws<ArgumentException>(() => _context.Transforms.TabularFeatures(options)).WithoutParameter());
    }

    private static TableRow[] Table()
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, 120).Select(i => new TableRow
        {
            Age = i % 11 == 0 ? float.NaN : 20 + i % 50,
            Income = 1000 * random.NextDouble(),
            Children = random.Next(4),
            Member = random.Next(2) == 0,
            City = i % 3 == 0 ? "Paris" : "Rome",
            Size = (uint)(i % 3), // counted from 0 in objects
            Born = new DateTime(1980, 1, 1).AddDays(37 * i).AddHours(i),
            Seen = new DateTimeOffset(2024, 1, 1, 12, 0, 0, TimeSpan.FromHours(2)).AddHours(31 * i),
            Stayed = TimeSpan.FromMinutes(10 * i),
            Pair = [i, -i],
            Label = i % 3 == 0,
        })];
    }

    private IDataView Load(TableRow[] rows) => _context.Data.LoadFromEnumerable(rows);

    private ITransformer Fit(IDataView data) => _context.Transforms.TabularFeatures().Fit(data);

    private sealed class TableRow
    {
        public float Age { get; set; }

        public double Income { get; set; }

        public int Children { get; set; }

        public bool Member { get; set; }

        public string City { get; set; } = "";

        [KeyType(3)]
        public uint Size { get; set; }

        public DateTime Born { get; set; }

        public DateTimeOffset Seen { get; set; }

        public TimeSpan Stayed { get; set; }

        [VectorType(2)]
        public float[] Pair { get; set; } = [];

        public bool Label { get; set; }
    }

    private sealed class Scored
    {
        public float Score { get; set; }
    }
}
