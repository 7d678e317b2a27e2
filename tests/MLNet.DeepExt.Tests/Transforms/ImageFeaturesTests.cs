using System.Reflection;
using System.Runtime.Loader;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Transforms;

namespace MLNet.DeepExt.Tests.Transforms;

public sealed class ImageFeaturesTests
{
    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [InlineData(MLPixelFormat.Bgra32)]
    [InlineData(MLPixelFormat.Rgba32)]
    public void Pixels_of_an_image_of_that_size_are_those_that_ML_NET_extracts(MLPixelFormat format)
    {
        IDataView data = Load(Enumerable.Range(1, 5).Select(seed => Image(6, 4, seed, format)));
        float[][] ours = Read(data, new() { Height = 4, Width = 6, Colors = ImageColors.Rgb });
        float[][] gray = Read(data, new() { Height = 4, Width = 6 });
        // ML.NET disposes the images that it has read, so it comes last.
        IDataView theirs = _context.Transforms.ExtractPixels(
            "Pixels", "Image", interleavePixelColors: true, orderOfExtraction: ImagePixelExtractingEstimator.ColorsOrder.ARGB,
            colorsToExtract: ImagePixelExtractingEstimator.ColorBits.Rgb, scaleImage: 1 / 255f).Fit(data).Transform(data);
        float[][] expected = VectorRow.Read(theirs, "Pixels");
        for (int row = 0; row < ours.Length; row++)
        {
            for (int slot = 0; slot < ours[row].Length; slot++)
                Assert.Equal(expected[row][slot], ours[row][slot], 1e-6);
        }
        Assert.Equal(0.299 * ours[0][0] + 0.587 * ours[0][1] + 0.114 * ours[0][2], gray[0][0], 1e-6);
    }

    [Fact]
    public void Another_size_takes_the_mean_of_what_each_pixel_covers()
    {
        byte[] bytes = new byte[4 * 3 * 2];
        byte[] values = [10, 20, 30, 40, 50, 60]; // two rows of three
        for (int i = 0; i < values.Length; i++)
            bytes.AsSpan(4 * i, 3).Fill(values[i]);
        IDataView data = Load([MLImage.CreateFromPixels(3, 2, MLPixelFormat.Bgra32, bytes)]);
        Assert.Equal([35 / 255.0], Read(data, new() { Height = 1, Width = 1 })[0].Select(value => Math.Round(value, 6)).ToArray(), Near);
        // Half of the middle pixel belongs to either side.
        Assert.Equal([(10 + 10) / 1.5 / 255, (30 + 10) / 1.5 / 255],
            Read(data, new() { Height = 2, Width = 2 })[0][..2].Select(value => (double)value), Near);
        Assert.Equal([10 / 255.0, 10 / 255.0, 20 / 255.0], Read(data, new() { Height = 2, Width = 6 })[0][..3].Select(value => (double)value), Near);

        static bool Near(double x, double y) => Math.Abs(x - y) < 1e-6;
    }

    [Fact]
    public void A_row_without_an_image_is_missing()
    {
        IDataView data = Load([Image(2, 2, 1), null]);
        float[][] rows = Read(data, new() { Height = 2, Width = 2 });
        Assert.All(rows[0], value => Assert.True(float.IsFinite(value)));
        Assert.All(rows[1], value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void Bytes_and_floats_are_pixels_already()
    {
        IDataView data = _context.Data.LoadFromEnumerable([new PixelRow { Bytes = [0, 51, 102, 255], Floats = [0, 51, 102, 255] }]);
        foreach (string column in new[] { "Bytes", "Floats" })
            Assert.Equal([0, 0.2f, 0.4f, 1], Read(data, new() { InputColumnName = column, Height = 2, Width = 2 })[0]);
        Assert.Equal([0, 51, 102, 255], Read(data, new() { InputColumnName = "Floats", Height = 2, Width = 2, Maximum = 1 })[0]);
    }

    [Fact]
    public void Images_train_a_network_that_is_saved_and_loaded()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new ImageRow
        {
            Image = Image(5, 5, i, brightness: i % 2 == 0 ? 40 : 200),
            Label = i % 2 == 0,
        }).ToArray());
        ITransformer model = _context.Transforms.ImageFeatures(height: 3, width: 3)
            .Append(TrainerKind.Binary.Create(_context, options =>
            {
                options.LabelColumnName = "Label";
                options.MaximumEpochs = 30;
            })).Fit(data);
        Assert.True(_context.BinaryClassification.Evaluate(model.Transform(data)).Accuracy > 0.9);
        using var file = new MemoryStream();
        _context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        Assert.Equal(OutputText.Of(model, data), OutputText.Of(new MLContext().Model.Load(file, out _), data));
    }

    [Fact]
    public void Bad_options_and_columns_are_refused()
    {
        AssertRefused("Height and Width must be at least 1 but are 0 and 28; 28 and 28 are the default.", new() { Height = 0 });
        AssertRefused(
            "2147483647 × 2147483647 pixels are more than one array can hold; use fewer.", new() { Height = int.MaxValue, Width = int.MaxValue });
        AssertRefused("Maximum must be above 0 and finite but is 0; 255 is that of bytes.", new() { Maximum = 0 });
        AssertRefused("Colors must be Gray or Rgb but is 7; use Gray where colors do not matter.", new() { Colors = (ImageColors)7 });
        IDataView data = _context.Data.LoadFromEnumerable([new PixelRow { Bytes = [1, 2, 3, 4], Floats = [1, 2, 3, 4] }]);
        Assert.Equal(
            "Schema mismatch for input column 'Bytes': expected MLImage, Vector<Byte, 9> or Vector<Single, 9>, got Vector<Byte, 4>; " +
            "set Height, Width and Colors to those of the images. (Parameter 'inputSchema')",
            Assert.Throws<ArgumentOutOfRangeException>(() => Read(data, new() { InputColumnName = "Bytes", Height = 3, Width = 3 })).Message);

        void AssertRefused(string expected, ImageFeaturesEstimator.Options options) =>
            Assert.Equal(expected, Assert.Throws<ArgumentException>(() => _context.Transforms.ImageFeatures(options)).WithoutParameter());
    }

    [Fact]
    public void A_fitted_transformer_asks_for_the_columns_that_it_was_fitted_with()
    {
        IDataView data = _context.Data.LoadFromEnumerable([new PixelRow { Bytes = [1, 2, 3, 4], Floats = [1, 2, 3, 4] }]);
        var model = _context.Transforms.ImageFeatures(
            new ImageFeaturesEstimator.Options { InputColumnName = "Bytes", Height = 2, Width = 2 }).Fit(data);
        IDataView other = _context.Data.LoadFromEnumerable([new OtherRow()]);
        Assert.Equal(
            "Schema mismatch for input column 'Bytes': expected MLImage, Vector<Byte, 4> or Vector<Single, 4>, got Single; " +
            "give it the columns that it was fitted with, behind the same transforms. (Parameter 'inputSchema')",
            Assert.Throws<ArgumentOutOfRangeException>(() => model.Transform(other)).Message);
    }

    [Theory]
    [InlineData("Path", "String", "load the images with LoadImages(\"Image\", imageFolder, \"Path\"), and name that column")]
    [InlineData("Bytes", "Single", "make one vector of all pixels with Concatenate, or name another column")]
    [InlineData("Taken", "DateTime", "name another column")]
    [InlineData("Exact", "Vector<Double>", "convert it with Conversion.ConvertType(\"Exact\", outputKind: DataKind.Single)")]
    public void Columns_without_images_have_a_way_to_images_suggested(string column, string type, string remedy)
    {
        IDataView data = _context.Data.LoadFromEnumerable([new OtherRow()]);
        string refused = $"Schema mismatch for input column '{column}': expected {{0}}, got {type}; {remedy}. (Parameter 'inputSchema')";
        Assert.Equal(
            string.Format(System.Globalization.CultureInfo.InvariantCulture, refused, "MLImage, Vector<Byte> or Vector<Single>"),
            Assert.Throws<ArgumentOutOfRangeException>(
                () => _context.Transforms.ImageFeatures(new ImageFeaturesEstimator.Options { InputColumnName = column }).Fit(data)).Message);
        Assert.Equal(
            string.Format(System.Globalization.CultureInfo.InvariantCulture, refused, "known-size vector of Single or MLImage"),
            Assert.Throws<ArgumentOutOfRangeException>(
                () => _context.Transforms.AugmentImages(column, Neural.Augmentations.Augment.Flip()).Fit(data)).Message);
    }

    // The library refers to the package of images, which is no dependency of it: nothing but images may look for it.
    [Fact]
    public void Where_nobody_has_images_their_package_is_not_missed()
    {
        var isolated = new WithoutImages();
        Assembly library = isolated.LoadFromAssemblyPath(typeof(ImageFeaturesTransformer).Assembly.Location);
        Assert.NotEmpty(library.GetTypes());
        isolated.Unload();
    }

    private static MLImage Image(int width, int height, int seed, MLPixelFormat format = MLPixelFormat.Bgra32, int? brightness = null)
    {
        var random = new Random(seed);
        byte[] bytes = new byte[4 * width * height];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = i % 4 == 3 ? (byte)255 : (byte)(brightness is { } level ? level + random.Next(20) : random.Next(256));
        return MLImage.CreateFromPixels(width, height, format, bytes);
    }

    private IDataView Load(IEnumerable<MLImage?> images) =>
        _context.Data.LoadFromEnumerable(images.Select(image => new ImageRow { Image = image! }).ToArray());

    private float[][] Read(IDataView data, ImageFeaturesEstimator.Options options) =>
        VectorRow.Read(_context.Transforms.ImageFeatures(options).Fit(data).Transform(data));

    private sealed class ImageRow
    {
        [ImageType(4, 6)] // ML.NET's own transform wants images of the size that is said here, ours takes any
        public MLImage Image { get; set; } = null!;

        public bool Label { get; set; }
    }

    private sealed class OtherRow
    {
        public float Bytes { get; set; }

        public string Path { get; set; } = "";

        public DateTime Taken { get; set; }

        [VectorType(4)]
        public double[] Exact { get; set; } = [0, 0, 0, 0];
    }

    private sealed class PixelRow
    {
        [VectorType(4)]
        public byte[] Bytes { get; set; } = [];

        [VectorType(4)]
        public float[] Floats { get; set; } = [];
    }

    private sealed class WithoutImages() : AssemblyLoadContext(isCollectible: true)
    {
        protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name == "Microsoft.ML.ImageAnalytics"
            ? throw new FileNotFoundException("The package of images is not there.")
            : null;
    }
}
