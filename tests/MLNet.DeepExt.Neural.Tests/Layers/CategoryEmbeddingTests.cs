using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Layers;

public sealed class CategoryEmbeddingTests
{
    // A number, a category of 3 values as 2 numbers, a number, a category of 40 values as 20 numbers, wider than a strip.
    private const int Inputs = 45;

    private static readonly CategoryRange[] Ranges = [new(1, 3, 2), new(5, 40, 20)];

    private static NetworkSpec Embedding => NetworkSpec.Input(Inputs).EmbedCategories(Ranges);

    [Theory]
    [InlineData(2, 2)]
    [InlineData(4, 3)]
    [InlineData(10, 6)]
    [InlineData(100, 21)]
    [InlineData(10_000, 278)]
    [InlineData(100_000, 600)]
    public void The_usual_dimension_is_that_of_the_rule(int count, int dimension) =>
        Assert.Equal(dimension, CategoryRange.Of(0, count).Dimension);

    [Fact]
    public void Outputs_are_the_inputs_with_rows_of_the_tables_in_place_of_slots()
    {
        var network = new Network<float>(Embedding, seed: 1);
        WriteNumbers(network);
        float[][] tables = [.. network.Parameters.Slots.Select(network.Parameters.Read)];
        float[] y = Outputs(network, Row(7, 2, 9, 30));
        Assert.Equal([7, .. RowOf(tables[0], 2, 2), 9, .. RowOf(tables[1], 30, 20)], y);
    }

    [Fact]
    public void A_value_that_is_missing_or_unknown_has_a_row_of_its_own()
    {
        var network = new Network<float>(Embedding, seed: 1);
        float[] untrained = Outputs(network, Row(7, null, 9, null));
        Assert.Equal([7, 0, 0, 9, .. new float[20]], untrained);

        WriteNumbers(network);
        float[][] tables = [.. network.Parameters.Slots.Select(network.Parameters.Read)];
        Assert.Equal([7, .. RowOf(tables[0], 3, 2), 9, .. RowOf(tables[1], 40, 20)], Outputs(network, Row(7, null, 9, null)));
    }

    [Fact]
    public void Several_slots_that_are_set_add_up_their_rows()
    {
        var network = new Network<float>(Embedding, seed: 1);
        WriteNumbers(network);
        float[] table = network.Parameters.Read(network.Parameters.Slots[0]);
        float[] row = Row(0, 0, 0, 0);
        row[1] = 2;
        row[3] = -0.5f;
        float[] y = Outputs(network, row);
        Assert.Equal(2 * table[0] - 0.5f * table[4], y[1], 1e-6);
        Assert.Equal(2 * table[1] - 0.5f * table[5], y[2], 1e-6);
    }

    [Fact]
    public void A_slot_that_is_not_among_those_seen_is_ignored_and_has_no_parameters()
    {
        NetworkSpec spec = NetworkSpec.Input(Inputs).EmbedCategories(Ranges[0] with { Seen = [0, 2] }, Ranges[1] with { Seen = [3, 30] });
        Assert.Equal(3 * 2 + 3 * 20, spec.ParameterCount);
        var network = new Network<float>(spec, seed: 1);
        WriteNumbers(network);
        float[][] tables = [.. network.Parameters.Slots.Select(network.Parameters.Read)];
        Assert.Equal([7, .. RowOf(tables[0], 1, 2), 9, .. RowOf(tables[1], 1, 20)], Outputs(network, Row(7, 2, 9, 30)));
        Assert.Equal([7, .. RowOf(tables[0], 2, 2), 9, .. RowOf(tables[1], 2, 20)], Outputs(network, Row(7, 1, 9, 29)));
        float[] both = Row(7, 0, 9, 3);
        both[2] = both[20] = 5;
        Assert.Equal([7, .. RowOf(tables[0], 0, 2), 9, .. RowOf(tables[1], 0, 20)], Outputs(network, both));
    }

    [Fact]
    public void A_category_none_of_whose_slots_are_seen_has_the_numbers_of_a_missing_value()
    {
        var network = new Network<float>(NetworkSpec.Input(3).EmbedCategories(new CategoryRange(0, 3, 2) { Seen = [] }), seed: 1);
        WriteNumbers(network);
        var block = new DenseBlock<float>(1, 3);
        block.Row(0)[1] = 1;
        Assert.Equal([1, 2], network.Forward(block, network.CreateWorkspace(1), ForwardMode.Inference).Row(0).ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_learns_of_the_slots_that_are_seen_what_it_learns_without_the_others(bool sparse)
    {
        // Of 40 slots each fourth one is set, so that 10 slots say as much.
        int[] seen = [.. Enumerable.Range(0, 10).Select(value => 4 * value)];
        var random = new Random(7);
        int[] values = [.. Enumerable.Range(0, 200).Select(_ => random.Next(10))];
        int[] classes = [.. values.Select(value => value % 3)];
        NetworkSpec wide = NetworkSpec.Input(41).EmbedCategories(CategoryRange.Of(0, 40, seen));
        NetworkSpec narrow = NetworkSpec.Input(11).EmbedCategories(CategoryRange.Of(0, 10));
        Assert.Equal(narrow.ParameterCount, wide.ParameterCount);
        Assert.Equal(Train(narrow, 10, value => value), Train(wide, 40, value => 4 * value));

        float[] Train(NetworkSpec spec, int slots, Func<int, int> slotOf)
        {
            FeatureRows rows;
            if (sparse)
            {
                int[] starts = [.. Enumerable.Range(0, values.Length + 1).Select(row => 2 * row)];
                rows = new SparseRows(
                    slots + 1, starts, [.. values.SelectMany(value => new[] { slotOf(value), slots })],
                    [.. values.SelectMany((_, row) => new[] { 1, row / 200f + 0.01f })]);
            }
            else
            {
                var dense = new float[values.Length * (slots + 1)];
                for (int row = 0; row < values.Length; row++)
                {
                    dense[row * (slots + 1) + slotOf(values[row])] = 1;
                    dense[row * (slots + 1) + slots] = row / 200f + 0.01f;
                }

                rows = new DenseRows(slots + 1, dense);
            }

            return new Trainer(
                spec.Dense(8).Relu().Dense(3), new SoftmaxCrossEntropy(),
                new TrainingOptions { MaximumEpochs = 4, BatchSize = 32, Seed = 1, NumberOfThreads = 2 })
                .Train(new LabeledRows(rows, classes, null)).Network.Parameters.Values.ToArray();
        }
    }

    // What it is but for its last row: a product with a matrix that has the identity where inputs pass.
    [Fact]
    public void On_rows_that_lack_nothing_it_learns_as_a_Dense_with_that_matrix_would()
    {
        var embedding = new Network<double>(Embedding.Dense(3), seed: 1);
        var dense = new Network<double>(NetworkSpec.Input(Inputs).Then(new Dense(24) { UseBias = false }).Dense(3), seed: 1);
        double[] first = [.. embedding.Parameters.Slots.Take(2).SelectMany(embedding.Parameters.Read)];
        var matrix = new double[Inputs * 24];
        matrix[0] = matrix[4 * 24 + 3] = 1;
        for (int i = 0; i < 3; i++)
            first.AsSpan(i * 2, 2).CopyTo(matrix.AsSpan((1 + i) * 24 + 1));
        for (int i = 0; i < 40; i++)
            first.AsSpan(8 + i * 20, 20).CopyTo(matrix.AsSpan((5 + i) * 24 + 4));
        dense.Parameters.Write(dense.Parameters.Slots[0], matrix);
        for (int i = 0; i < 2; i++)
            dense.Parameters.Write(dense.Parameters.Slots[1 + i], embedding.Parameters.Read(embedding.Parameters.Slots[2 + i]));

        double[][] ours = Gradients(embedding), theirs = Gradients(dense);
        Assert.Equal(theirs[1], ours[2]);
        double[] gradientOfMatrix = theirs[0];
        for (int i = 0; i < 3; i++)
            Close.InNorm(gradientOfMatrix.AsSpan((1 + i) * 24 + 1, 2).ToArray(), ours[0].AsSpan(i * 2, 2).ToArray(), 1e-12, $"value {i}");
        for (int i = 0; i < 40; i++)
            Assert.Equal(gradientOfMatrix.AsSpan((5 + i) * 24 + 4, 20).ToArray().Sum(), ours[1].AsSpan(i * 20, 20).ToArray().Sum(), 1e-12);
    }

    [Fact]
    public void It_learns_what_an_embedding_of_PyTorch_learns()
    {
        ReferenceValues reference = ReferenceValues.Load("explaining");
        // A number, three values and what stands for none, a number.
        NetworkSpec spec = NetworkSpec.Input(5).EmbedCategories(new CategoryRange(1, 3, 3)).Dense(2);
        var network = new Network<double>(spec, seed: 1);
        string[] names = ["table", "weight", "bias"];
        for (int i = 0; i < names.Length; i++)
            network.Parameters.Write(network.Parameters.Slots[i], reference.Doubles($"embedding/{names[i]}"));
        double[] numbers = reference.Doubles("embedding/numbers");
        int[] values = reference.Integers("embedding/values"), labels = reference.Integers("embedding/labels");
        var block = new DenseBlock<double>(8, 5);
        Target<double> target = Target<double>.OfClasses(8);
        for (int row = 0; row < 8; row++)
        {
            (block.Row(row)[0], block.Row(row)[4]) = (numbers[2 * row], numbers[2 * row + 1]);
            if (values[row] < 3)
                block.Row(row)[1 + values[row]] = 1;
            target.Classes[row] = labels[row];
        }

        var batch = new Batch<double>(block, target);
        Workspace<double> workspace = network.CreateWorkspace(8);
        var costs = new double[8];
        var loss = new SoftmaxCrossEntropy();
        loss.CostAndGradient(
            network.Forward(block, workspace, ForwardMode.Train), target, batch.Weights, 8, costs, workspace.OutputGradient, 0, 8);
        Memory<double> gradient = network.CreateGradient();
        network.Backward(workspace, gradient.Span);
        Assert.Equal(reference.Double("embedding/loss"), costs.Average(), 1e-12);
        Close.InNorm(
            reference.Doubles("embedding/table_gradient"), network.ReadGradient(network.Parameters.Slots[0], gradient.Span), 1e-12, "table");

        // Ten steps of Adam, as the trainer takes them in float.
        float[] rows = [.. Enumerable.Range(0, 8).SelectMany(row => block.Row(row).ToArray()).Select(value => (float)value)];
        var options = new TrainingOptions
        {
            Optimizer = new Adam(0.05),
            MaximumEpochs = 10,
            BatchSize = 8,
            ValidationFraction = 0,
            Seed = 1,
        };
        Network<float> trained = new Trainer(network.ConvertTo<float>(), loss, options)
            .Train(new LabeledRows(new DenseRows(5, rows), labels, null)).Network;
        Close.InNorm(
            reference.Doubles("embedding/table_after"),
            Array.ConvertAll(trained.Parameters.Read(trained.Parameters.Slots[0]), value => (double)value), 1e-5, "table after ten steps");
    }

    [Fact]
    public void The_gradient_agrees_with_finite_differences_where_values_are_missing()
    {
        Batch<double> batch = BatchOf(Rows(30, seed: 4));
        GradientCheckReport report = GradientCheck.Run(new Network<double>(Embedding.Dense(3), seed: 3), new SoftmaxCrossEntropy(), batch);
        Assert.True(report.Ratio <= 1e-7, report.ToString());
        Assert.True(report.Parts.Single(part => part.Name == "0.categoryembedding.0").Ratio <= 1e-7, report.ToString());
    }

    [Fact]
    public void Rows_without_their_zeros_give_the_same_bits_forward_and_backward()
    {
        float[][] rows = Rows(30, seed: 4);
        var dense = new DenseBlock<float>(30, Inputs);
        var sparse = new SparseBlock<float>(30, Inputs);
        for (int row = 0; row < 30; row++)
        {
            rows[row].CopyTo(dense.Row(row));
            int[] columns = [.. Enumerable.Range(0, Inputs).Where(column => rows[row][column] != 0)];
            sparse.Append(columns, [.. columns.Select(column => rows[row][column])]);
        }

        var network = new Network<float>(Embedding.Dense(3), seed: 3);
        Assert.Equal(Run(dense), Run(sparse));

        float[] Run(InputBlock<float> input)
        {
            Workspace<float> workspace = network.CreateWorkspace(30);
            DenseBlock<float> y = network.Forward(input, workspace, ForwardMode.Train);
            for (int row = 0; row < 30; row++)
                workspace.OutputGradient.Row(row).Fill(row + 1);
            Memory<float> gradient = network.CreateGradient();
            network.Backward(workspace, gradient.Span);
            return [.. y.Data, .. gradient.Span];
        }
    }

    [Fact]
    public void Any_number_of_threads_trains_the_same_bits_dense_or_sparse()
    {
        float[][] rows = Rows(200, seed: 5);
        int[] classes = [.. Enumerable.Range(0, 200).Select(row => row % 3)];
        LabeledRows dense = new(new DenseRows(Inputs, [.. rows.SelectMany(row => row)]), classes, null);
        var starts = new List<int> { 0 };
        var columns = new List<int>();
        foreach (float[] row in rows)
        {
            columns.AddRange(Enumerable.Range(0, Inputs).Where(column => row[column] != 0));
            starts.Add(columns.Count);
        }

        float[] values = [.. rows.SelectMany(row => row.Where(value => value != 0))];
        LabeledRows sparse = new(new SparseRows(Inputs, [.. starts], [.. columns], values), classes, null);
        float[] expected = Train(dense, 1);
        foreach (int threads in new[] { 2, 3 })
            Assert.Equal(expected, Train(dense, threads));
        foreach (int threads in new[] { 1, 2 })
            Assert.Equal(expected, Train(sparse, threads));

        static float[] Train(LabeledRows rows, int threads) => new Trainer(
            Embedding.Dense(40).BatchNorm().Relu().Dense(3), new SoftmaxCrossEntropy(),
            new TrainingOptions { MaximumEpochs = 3, BatchSize = 32, Seed = 1, NumberOfThreads = threads })
            .Train(rows).Network.Parameters.Values.ToArray();
    }

    [Theory]
    [InlineData(
        new[] { 3, 2, 1, 0, 2, 1 }, "Category 0-1→1 begins before slot 5; give categories in ascending order, from slot 0, each slot once.")]
    [InlineData(new[] { -1, 2, 1 }, "Category -1-0→1 begins before slot 0; give categories in ascending order, from slot 0, each slot once.")]
    [InlineData(
        new[] { 0, 0, 1 }, "A category must have at least 1 slot and 1 dimension but one has 0 slots from slot 0 and dimension 1; remove it.")]
    [InlineData(new[] { 44, 2, 1 }, "Category 44-45→1 of a CategoryEmbedding ends at slot 45 but there are 45 inputs; count slots from 0.")]
    [InlineData(new int[0], "A CategoryEmbedding needs at least one category but has none; remove the layer.")]
    public void Impossible_categories_are_refused(int[] numbers, string expected)
    {
        CategoryRange[] ranges = [.. numbers.Chunk(3).Select(three => new CategoryRange(three[0], three[1], three[2]))];
        Assert.Equal(expected, Assert.Throws<ArgumentException>(() => NetworkSpec.Input(Inputs).EmbedCategories(ranges)).WithoutParameter());
    }

    [Theory]
    [InlineData(new[] { 1, 1 }, "Category 0-3→2 (2 seen) has slot 1 after slot 1 in its seen slots; give slots in ascending order, each once.")]
    [InlineData(new[] { 2, 0 }, "Category 0-3→2 (2 seen) has slot 0 after slot 2 in its seen slots; give slots in ascending order, each once.")]
    [InlineData(new[] { 4 }, "Category 0-3→2 (1 seen) has slot 4 in its seen slots; give slots from 0 to 3.")]
    [InlineData(new[] { -1 }, "Category 0-3→2 (1 seen) has slot -1 in its seen slots; give slots from 0 to 3.")]
    public void Impossible_slots_are_refused(int[] seen, string expected) => Assert.Equal(
        expected,
        Assert.Throws<ArgumentException>(
            () => NetworkSpec.Input(4).EmbedCategories(new CategoryRange(0, 4, 2) { Seen = seen })).WithoutParameter());

    [Fact]
    public void Numbers_of_categories_that_are_more_than_one_array_holds_are_refused() => Assert.Equal(
        "A CategoryEmbedding over 5 inputs, one category with dimension 2147483647, has 2147483651 outputs, more than one array can hold; "
        + "use a smaller dimension for each category.",
        Assert.Throws<ArgumentException>(
            "Ranges", () => NetworkSpec.Input(5).EmbedCategories(new CategoryRange(0, 1, int.MaxValue))).WithoutParameter());

    [Fact]
    public void A_network_of_many_slots_that_are_not_seen_is_saved_and_loaded_and_too_many_are_refused()
    {
        NetworkSpec spec = NetworkSpec.Input(1 << 20).EmbedCategories(CategoryRange.Of(0, 1 << 20, [1, 1000])).Dense(1);
        using var stream = new MemoryStream();
        NetworkFile.Save(stream, new Network<float>(spec, seed: 1), new SquaredError());
        Assert.InRange(stream.Length, 1, 1000);
        stream.Position = 0;
        (Network<float> loaded, _) = NetworkFile.Load(stream);
        Assert.Equal(spec, loaded.Spec);
        Assert.Equal(
            "The categories of a CategoryEmbedding have 33554430 unseen slots but at most 16777216 are allowed; " +
            "hash to fewer bits.",
            Assert.Throws<ArgumentException>(
                () => NetworkSpec.Input(1 << 25).EmbedCategories(CategoryRange.Of(0, 1 << 25, [1, 1000]))).WithoutParameter());
    }

    [Fact]
    public void Which_slots_are_seen_counts_in_the_dimension_in_equality_and_in_the_text()
    {
        int[] seen = [1, 5, 70, 9999];
        CategoryRange range = CategoryRange.Of(3, 10_000, seen);
        Assert.Equal(3, range.Dimension);
        Assert.Equal("3-10002→3 (4 seen)", range.ToString());
        Assert.Equal(range, CategoryRange.Of(3, 10_000, [.. seen]));
        Assert.Equal(range.GetHashCode(), CategoryRange.Of(3, 10_000, [.. seen]).GetHashCode());
        Assert.NotEqual(range, CategoryRange.Of(3, 10_000, [1, 5, 70, 9998]));
        Assert.NotEqual(range, range with { Seen = null });
        seen[0] = 0;
        Assert.Equal(1, range.Seen![0]);
        Assert.Equal(CategoryRange.Of(3, 4), CategoryRange.Of(3, 4, [0, 1, 2, 3]));
        Assert.Equal(new CategoryRange(3, 4, 1) { Seen = [] }, CategoryRange.Of(3, 4, []));
    }

    [Fact]
    public void It_is_equal_by_value_and_prints_its_categories()
    {
        Assert.Equal(Embedding, NetworkSpec.Input(Inputs).EmbedCategories([.. Ranges]));
        Assert.NotEqual(Embedding, NetworkSpec.Input(Inputs).EmbedCategories(Ranges[0]));
        Assert.NotEqual(new CategoryEmbedding(Ranges), new CategoryEmbedding(Ranges) { Initializer = new Normal(1) });
        Assert.Equal("CategoryEmbedding(1-3→2, 5-44→20)", Embedding.Layers[0].ToString());
        Assert.Equal(24, Embedding.Outputs);
    }

    private static void WriteNumbers(Network<float> network)
    {
        foreach (Slot slot in network.Parameters.Slots)
            network.Parameters.Write(slot, [.. Enumerable.Range(1, slot.Shape.Count).Select(number => (float)number)]);
    }

    private static float[] RowOf(float[] table, int row, int width) => table[(row * width)..((row + 1) * width)];

    private static float[] Row(float a, int? first, float b, int? second)
    {
        var row = new float[Inputs];
        (row[0], row[4]) = (a, b);
        if (first is { } one)
            row[1 + one] = 1;
        if (second is { } other)
            row[5 + other] = 1;
        return row;
    }

    private static float[][] Rows(int count, int seed, bool missing = true)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Row(
            random.NextSingle(), missing && random.Next(4) == 0 ? null : random.Next(3),
            random.NextSingle(), missing && random.Next(4) == 0 ? null : random.Next(40)))];
    }

    private static float[] Outputs(Network<float> network, float[] row)
    {
        var block = new DenseBlock<float>(1, Inputs);
        row.CopyTo(block.Row(0));
        return network.Forward(block, network.CreateWorkspace(1), ForwardMode.Inference).Row(0).ToArray();
    }

    private static Batch<double> BatchOf(float[][] rows)
    {
        var block = new DenseBlock<double>(rows.Length, Inputs);
        Target<double> target = Target<double>.OfClasses(rows.Length);
        for (int row = 0; row < rows.Length; row++)
        {
            Array.ConvertAll(rows[row], value => (double)value).CopyTo(block.Row(row));
            target.Classes[row] = row % 3;
        }

        return new Batch<double>(block, target);
    }

    private static double[][] Gradients(Network<double> network)
    {
        Batch<double> batch = BatchOf(Rows(20, seed: 6, missing: false));
        Workspace<double> workspace = network.CreateWorkspace(20);
        DenseBlock<double> logits = network.Forward(batch.Inputs, workspace, ForwardMode.Train);
        new SoftmaxCrossEntropy().CostAndGradient(
            logits, batch.Target, batch.Weights, batch.TotalWeight(), new double[20], workspace.OutputGradient, 0, 20);
        Memory<double> gradient = network.CreateGradient();
        network.Backward(workspace, gradient.Span);
        return [.. network.Parameters.Slots.Select(slot => network.ReadGradient(slot, gradient.Span))];
    }
}
