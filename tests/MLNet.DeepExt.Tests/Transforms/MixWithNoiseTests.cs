using CsCheck;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Tests.Reference;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Transforms;

namespace MLNet.DeepExt.Tests.Transforms;

[Trait("Spec", "B3")]
public sealed class MixWithNoiseTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly LogRecorder _log;

    public MixWithNoiseTests() => _log = new LogRecorder(_context, nameof(MixWithNoiseEstimator));

    [Fact]
    public void A_signal_mixed_by_hand_is_mixed_alike()
    {
        // P(x) = 25/2 and P(n) = 1; at 10·log₁₀(12.5/4) decibels the noise has the power 4, so that g = 2.
        Assert.Equal([[5f, 2f]], Mix([[3, 4]], [[1, -1]], 10 * Math.Log10(12.5 / 4)));
    }

    [Fact]
    public void Signals_are_mixed_as_numpy_does()
    {
        MixWithNoiseReference reference = MixWithNoiseReference.Load();
        for (int i = 0; i < reference.Ratios.Length; i++)
        {
            float[][] actual = Mix(reference.Signals, [reference.Noise], reference.Ratios[i]);
            for (int row = 0; row < actual.Length; row++)
            {
                double scale = reference.Mixed[i][row].Max(Math.Abs);
                for (int slot = 0; slot < actual[row].Length; slot++)
                    Assert.Equal(reference.Mixed[i][row][slot], actual[row][slot], 1e-7 * scale);
            }
        }
    }

    [Fact]
    public void The_ratio_is_the_one_that_was_asked_for()
    {
        Gen<float> value = Gen.Float[-1, 1];
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 300], Gen.Double[-40, 30], Gen.Int).SelectMany((length, noiseLength, snr, seed) =>
            Gen.Select(value.Array[length], value.Array[noiseLength].Array[1, 4], Gen.Const((snr, seed)))).Sample(
            (signal, noise, drawn) =>
            {
                // Singles below 1E-38 have fewer digits than the tolerance needs.
                if (signal.Max(Math.Abs) < 1e-30f || noise.Any(row => Power(row) == 0))
                    return;
                float[] mixed = Mix([signal], noise, drawn.snr, drawn.seed)[0];
                double ratio = 10 * Math.Log10(Power(signal) / Power(mixed.Zip(signal, (y, x) => y - (double)x)));
                // The difference of two singles says of a faint noise only as much as they resolve.
                double tolerance = 1e-4 + 1e-5 * Math.Pow(10, drawn.snr / 20) / Math.Sqrt(signal.Length);
                Assert.Equal(drawn.snr, ratio, tolerance);
            },
            iter: 500,
            seed: "0000KOIPe036");
    }

    [Fact]
    public void The_ratio_is_exact_to_a_ten_thousandth_of_a_decibel_in_vectors_of_usual_length()
    {
        var random = new Random(4);
        float[][] signals = Vectors(random, 50, 400), noise = Vectors(random, 7, 1000);
        foreach (double snr in (ReadOnlySpan<double>)[-20, -3, 0, 5, 10, 20])
        {
            float[][] mixed = Mix(signals, noise, snr);
            for (int row = 0; row < signals.Length; row++)
            {
                double added = Power(mixed[row].Zip(signals[row], (y, x) => y - (double)x));
                Assert.Equal(snr, 10 * Math.Log10(Power(signals[row]) / added), 1e-4);
            }
        }
    }

    [Fact]
    public void Stretches_of_longer_noise_begin_anywhere_and_of_every_row()
    {
        // Rows that tell where they are: with g = 1 at the right ratio the stretch can be read off.
        float[][] noise = [[1, 2, 3, 4], [11, 12, 13, 14]];
        float[][] signals = [.. Enumerable.Repeat(new float[] { 1, 1 }, 400)];
        var begins = new Dictionary<(int Row, int Offset), int>();
        foreach (float[] mixed in Mix(signals, noise, snrDb: 0))
        {
            // y - x is a multiple of the stretch.
            double a = mixed[0] - 1.0, b = mixed[1] - 1.0;
            (int, int) place = Enumerable.Range(0, 2).SelectMany(row => Enumerable.Range(0, 3).Select(offset => (row, offset)))
                .MinBy(at => Math.Abs(a / b - noise[at.row][at.offset] / noise[at.row][at.offset + 1]));
            begins[place] = begins.GetValueOrDefault(place) + 1;
        }

        Assert.Equal(6, begins.Count);
        Assert.All(begins.Values, count => Assert.InRange(count, 40, 95)); // 400 / 6, four deviations to each side
    }

    [Fact]
    public void Shorter_noise_is_repeated_from_a_place_that_is_drawn()
    {
        float[][] signals = [.. Enumerable.Repeat(new float[] { 0, 1, 0, 0, 0, 0, 0 }, 100)];
        var seen = new HashSet<string>();
        foreach (float[] mixed in Mix(signals, [[1, 0, 0]], snrDb: 0))
        {
            float[] added = [.. mixed.Zip(signals[0], (y, x) => y - x)];
            int first = Array.FindIndex(added, value => value != 0);
            // One in three, so that the phase is where the first one is.
            Assert.All(Enumerable.Range(0, added.Length), i => Assert.Equal(i % 3 == first % 3, added[i] != 0));
            seen.Add(string.Join(' ', added));
        }

        Assert.Equal(3, seen.Count);
    }

    [Fact]
    public void A_range_of_ratios_is_drawn_from_uniformly_in_decibels()
    {
        float[][] signals = [.. Enumerable.Repeat(new float[] { 1, 1 }, 2000)];
        double[] ratios = [.. Mix(signals, [[1, -1]], options =>
        {
            options.MinimumSnrDb = -5;
            options.MaximumSnrDb = 15;
        }).Select(mixed => -20 * Math.Log10(mixed[0] - 1.0)).Order()];
        Assert.InRange(ratios[0], -5.0001, -4.8);
        Assert.InRange(ratios[^1], 14.8, 15.0001);
        for (int i = 0; i < ratios.Length; i++)
            Assert.Equal(-5 + 20.0 * i / ratios.Length, ratios[i], 20 * 1.95 / Math.Sqrt(ratios.Length)); // Kolmogorov and Smirnov, 0.1 %
    }

    [Fact]
    public void A_row_is_mixed_with_the_given_probability()
    {
        float[][] signals = [.. Enumerable.Repeat(new float[] { 1, 1 }, 2000)];
        float[][] mixed = Mix(signals, [[1, -1]], options => options.Probability = 0.25);
        Assert.InRange(mixed.Count(row => row[0] != 1), 423, 577); // 500, four deviations to each side
    }

    [Fact]
    public void Rows_without_a_ratio_stay_as_they_are()
    {
        float[][] rows = [[0, 0], [float.NaN, 1], [1, float.PositiveInfinity]];
        Assert.Equal(rows, Mix(rows, [[1, 2]], snrDb: 0));
        IDataView none = VectorRow.Load(_context, [new VBuffer<float>(0, [])], length: 0);
        VBuffer<float> empty = VectorRow.ReadBuffers(Fit(none, VectorRow.Dense(_context, [[1, 2]])).TransformForTraining(none)).Single();
        Assert.Equal(0, empty.Length);
    }

    [Fact]
    public void Sparse_vectors_are_mixed_like_dense_ones()
    {
        float[][] rows = [[0, 1, 0, 2], [0, 0, 0, 0], [1, 0, 0, 0]];
        IDataView noise = VectorRow.Sparse(_context, [[0, 3, 1, 0, 1], [1, 0, 0, 0, 2]]);
        IDataView dense = VectorRow.Dense(_context, rows), sparse = VectorRow.Sparse(_context, rows);
        Assert.Equal(
            VectorRow.Read(Fit(dense, noise).TransformForTraining(dense)), VectorRow.Read(Fit(sparse, noise).TransformForTraining(sparse)));
    }

    [Fact]
    public void Vectors_of_any_length_are_mixed_each_by_its_own_power()
    {
        VBuffer<float>[] signals = [new(2, [3, 4]), new(1, [2]), new(3, [1, 1, 1])];
        IDataView data = VectorRow.Load(_context, signals, length: 0);
        VBuffer<float>[] mixed = VectorRow.ReadBuffers(Fit(data, VectorRow.Dense(_context, [[1]])).TransformForTraining(data));
        for (int row = 0; row < signals.Length; row++)
        {
            double root = Math.Sqrt(Power(signals[row].DenseValues().ToArray()));
            Assert.Equal(signals[row].DenseValues().Select(value => (float)(value + root)), mixed[row].DenseValues());
        }
    }

    [Fact]
    public void Silent_and_broken_rows_of_noise_are_left_out_with_a_warning()
    {
        float[][] mixed = Mix([.. Enumerable.Repeat(new float[] { 1, 1 }, 50)], [[0, 0], [1, -1], [float.NaN, 1], [0, 0]], snrDb: 0);
        Assert.All(mixed, row => Assert.Equal([2f, 0f], row));
        Assert.Equal(
            ["Left out 3 of 4 rows of the noise (2 silent, 1 with NaN or infinite values); check column 'Features' of the noise."],
            _log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void A_stretch_that_is_silent_is_drawn_again()
    {
        var noise = new float[40];
        noise[20] = 1;
        float[][] signals = [.. Enumerable.Repeat(new float[] { 1, 1 }, 50)];
        Assert.All(Mix(signals, [noise], snrDb: 0), row => Assert.Equal(2, row.Sum(x => (x - 1) * (x - 1)), 1e-5f));
    }

    [Fact]
    public void A_row_whose_noise_is_silent_in_all_stretches_that_are_drawn_stays_clean()
    {
        var noise = new float[1_000_000];
        noise[^1] = 1;
        float[][] signals = [[1, 1], [1, 2]];
        Assert.Equal(signals, Mix(signals, [noise], snrDb: 0));
    }

    [Fact]
    public void A_seed_gives_the_same_rows_and_another_seed_others()
    {
        float[][] signals = Vectors(new Random(1), 20, 10), noise = Vectors(new Random(2), 20, 30);
        Assert.Equal(Mix(signals, noise, 0, seed: 5), Mix(signals, noise, 0, seed: 5));
        Assert.NotEqual(Mix(signals, noise, 0, seed: 5), Mix(signals, noise, 0, seed: 6));
        Assert.Equal(OfContext(3), OfContext(3));
        Assert.NotEqual(OfContext(3), OfContext(4));

        float[][] OfContext(int seed)
        {
            var context = new MLContext(seed);
            IDataView data = VectorRow.Dense(context, signals), second = VectorRow.Dense(context, noise);
            return VectorRow.Read(context.Transforms.MixWithNoise("Features", second, 0).Fit(data).TransformForTraining(data));
        }
    }

    [Fact]
    public void Options_that_are_changed_later_do_not_reach_the_estimator()
    {
        IDataView data = VectorRow.Dense(_context, [[3, 4]]);
        var options = new MixWithNoiseEstimator.Options { Noise = VectorRow.Dense(_context, [[1, -1]]) };
        MixWithNoiseEstimator estimator = _context.Transforms.MixWithNoise(options);
        options.Noise = null;
        options.Copies = 7;
        Assert.Single(VectorRow.Read(estimator.Fit(data).TransformForTraining(data)));
    }

    [Fact]
    public void Cancelling_the_context_stops_the_reading_of_noise()
    {
        IDataView noise = new WatchedDataView(
            VectorRow.Dense(_context, Enumerable.Repeat(new float[] { 1, 2 }, 3000)),
            row =>
            {
                if (row == 100)
                    _context.CancelExecution();
                Assert.InRange(row, 0, 1025);
            });
        IDataView data = VectorRow.Dense(_context, [[3, 4]]);
        Assert.Throws<OperationCanceledException>(() => Fit(data, noise));
    }

    [Theory]
    [InlineData("OutputColumnName is empty; name the column to make.", "output")]
    [InlineData("InputColumnName is empty; use null to mix the column that OutputColumnName names.", "input")]
    [InlineData("Noise is null; give a data view of noise.", "noise")]
    [InlineData("NoiseColumnName is empty; use null where it is called like the input column.", "noise column")]
    [InlineData("MinimumSnrDb must be from -100 to 100 but is NaN; at 20 the noise has a hundredth of the signal's power.", "NaN")]
    [InlineData("MaximumSnrDb must be from -100 to 100 but is 100.5; at 20 the noise has a hundredth of the signal's power.", "high")]
    [InlineData("MinimumSnrDb must be at most MaximumSnrDb but they are 20.5 and 20; exchange them.", "order")]
    [InlineData("Probability must be in (0, 1] but is 1.5; use 1 to mix every row.", "probability")]
    [InlineData("Copies must be from 0 to 10000 but is -1; 0 replaces each row by its mixed version.", "copies")]
    [InlineData("MaximumNoiseMegabytes must be from 1 to 1048576 but is 0; 256 is the default.", "megabytes")]
    public void A_bad_option_is_named_with_its_remedy(string expected, string what)
    {
        using var culture = new CultureScope("de-DE");
        var options = new MixWithNoiseEstimator.Options { Noise = VectorRow.Dense(_context, [[1]]) };
        Action change = what switch
        {
            "output" => () => options.OutputColumnName = "",
            "input" => () => options.InputColumnName = "",
            "noise" => () => options.Noise = null,
            "noise column" => () => options.NoiseColumnName = "",
            "NaN" => () => options.MinimumSnrDb = double.NaN,
            "high" => () => options.MaximumSnrDb = 100.5,
            "order" => () => options.MinimumSnrDb = 20.5,
            "probability" => () => options.Probability = 1.5,
            "copies" => () => options.Copies = -1,
            _ => () => options.MaximumNoiseMegabytes = 0,
        };
        change();
        Assert.Equal(expected, Assert.Throws<ArgumentException>(() => _context.Transforms.MixWithNoise(options)).WithoutParameter());
    }

    [Fact]
    public void Noise_that_cannot_be_used_is_an_error_of_Fit()
    {
        Expect("The noise has no rows; check the file, or the filter, that it comes from.", _context.Data.FilterRowsByMissingValues(
            VectorRow.Dense(_context, [[float.NaN]]), "Features"));
        Expect(
            "No row of the noise can be used: left out 2 of 2 rows of the noise (1 silent, 1 with NaN or infinite values); check column " +
            "'Features' of the noise.",
            VectorRow.Dense(_context, [[0], [float.NegativeInfinity]]));
        Expect(
            "The noise in column 'Features' takes more than 1 megabytes, from its row 3 on; raise MaximumNoiseMegabytes, or give fewer " +
            "or shorter rows.",
            VectorRow.Dense(_context, Enumerable.Repeat(Enumerable.Repeat(1f, 1 << 17).ToArray(), 5)));

        void Expect(string message, IDataView noise)
        {
            IDataView data = VectorRow.Dense(_context, [[3, 4]]);
            MixWithNoiseEstimator estimator = _context.Transforms.MixWithNoise(
                new MixWithNoiseEstimator.Options { Noise = noise, MaximumNoiseMegabytes = 1 });
            Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => estimator.Fit(data)).Message);
        }
    }

    [Fact]
    public void Columns_that_are_missing_or_of_another_type_are_refused()
    {
        IDataView noise = VectorRow.Dense(_context, [[1, 2]]);
        IDataView samples = _context.Data.LoadFromEnumerable(SampleRow.Generate(3, seed: 1));
        Assert.Equal(
            "Could not find noise column 'Label'; name one of 'Features'. (Parameter 'inputSchema')",
            Assert.Throws<ArgumentOutOfRangeException>(() => _context.Transforms.MixWithNoise("Label", noise, 0)).Message);
        Assert.Equal(
            "Could not find input column 'Signal'; name one of 'A', 'B', 'C', 'Label'. (Parameter 'inputSchema')",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => _context.Transforms.MixWithNoise("Signal", noise, 0, noiseColumnName: "Features").Fit(samples)).Message);
        Assert.Equal(
            "Schema mismatch for input column 'A': expected Vector<Single>, got Single; " +
            "make a vector of it with Concatenate(\"Features\", \"A\"). (Parameter 'inputSchema')",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => _context.Transforms.MixWithNoise("A", noise, 0, noiseColumnName: "Features").Fit(samples)).Message);
    }

    [Fact]
    public void A_column_with_categories_is_refused()
    {
        IDataView samples = _context.Data.LoadFromEnumerable(SampleRow.Generate(30, seed: 1));
        IDataView data = _context.Transforms.Categorical.OneHotEncoding("Colour", "Label")
            .Append(_context.Transforms.Concatenate("Features", "A", "Colour")).Fit(samples).Transform(samples);
        var noise = new WatchedDataView(VectorRow.Dense(_context, [[1, 2]]), _ => { });
        var estimator = _context.Transforms.MixWithNoise("Features", noise, 0);
        Assert.Equal(
            "Column 'Features' has slots of categories, to which noise cannot be added; mix the numbers with noise before they are " +
            "concatenated with categories. (Parameter 'inputSchema')",
            Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Fit(data)).Message);
        Assert.Equal(0, noise.Cursors); // before the noise is read, which may take long
    }

    private static double Power(float[] values) => Power(values.Select(value => (double)value));

    private static double Power(IEnumerable<double> values) => values.Select(value => value * value).DefaultIfEmpty().Average();

    private static float[][] Vectors(Random random, int count, int length) =>
        [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f).ToArray())];

    private float[][] Mix(float[][] signals, float[][] noise, double snrDb, int seed = 1) => Mix(signals, noise, options =>
    {
        options.MinimumSnrDb = options.MaximumSnrDb = snrDb;
        options.Seed = seed;
    });

    private float[][] Mix(float[][] signals, float[][] noise, Action<MixWithNoiseEstimator.Options> set)
    {
        IDataView data = VectorRow.Dense(_context, signals);
        var options = new MixWithNoiseEstimator.Options { Noise = VectorRow.Load(_context, noise.Select(Buffer), length: 0), Seed = 1 };
        set(options);
        return VectorRow.Read(_context.Transforms.MixWithNoise(options).Fit(data).TransformForTraining(data));

        static VBuffer<float> Buffer(float[] row) => new(row.Length, row);
    }

    private DeepExt.Interop.TrainingTimeTransformer Fit(IDataView data, IDataView noise) =>
        _context.Transforms.MixWithNoise("Features", noise, snrDb: 0, seed: 1).Fit(data);
}
