namespace MLNet.DeepExt.Benchmarks.Measuring;

/// <summary>One of the three matrix products that training a Dense takes.</summary>
/// <param name="Form">Which of them.</param>
/// <param name="Rows">Rows of the batch.</param>
/// <param name="Inputs">Inputs of the layer.</param>
/// <param name="Units">Outputs of the layer.</param>
internal sealed record ProductShape(ProductForm Form, int Rows, int Inputs, int Units)
{
    private static readonly (int Rows, int Inputs, int Units)[] Layers =
    [
        (64, 16, 64), (64, 64, 32), (128, 128, 128), (128, 784, 256), (128, 256, 128), (128, 128, 10), (512, 54, 256), (512, 256, 256),
        (512, 256, 7), (512, 512, 512), (1024, 1024, 1024),
    ];

    /// <summary>All three products of the layers of real networks, and of two large squares.</summary>
    public static IEnumerable<ProductShape> OfLayers => Layers.SelectMany(AllForms);

    /// <summary>All three products of every layer whose sizes are 128, 256 or 512.</summary>
    public static IEnumerable<ProductShape> OfCubes
    {
        get
        {
            int[] sizes = [128, 256, 512];
            return from rows in sizes
                   from inputs in sizes
                   from units in sizes
                   from product in AllForms((rows, inputs, units))
                   select product;
        }
    }

    public double Operations => 2.0 * Rows * Inputs * Units;

    /// <summary>What programs call it beside a peer, by the layer: gemm-xw-128x784-256.</summary>
    public string Case => FormattableString.Invariant($"gemm-{FormKey}-{Rows}x{Inputs}-{Units}");

    /// <summary>What programs call it beside the peak, by the product of (m, k) and (k, n): gemm-peak-xw-128x512x256.</summary>
    public string PeakCase
    {
        get
        {
            (int m, int k, int n) = Form switch
            {
                ProductForm.Outputs => (Rows, Inputs, Units),
                ProductForm.InputGradient => (Rows, Units, Inputs),
                _ => (Inputs, Rows, Units),
            };
            return FormattableString.Invariant($"gemm-peak-{FormKey}-{m}x{k}x{n}");
        }
    }

    public override string ToString()
    {
        string form = Form switch
        {
            ProductForm.Outputs => "X·W",
            ProductForm.InputGradient => "dY·Wᵀ",
            _ => "Xᵀ·dY",
        };
        return FormattableString.Invariant($"{form} {Rows}×{Inputs}→{Units}");
    }

    public static IEnumerable<ProductShape> AllForms((int Rows, int Inputs, int Units) layer) =>
        Enum.GetValues<ProductForm>().Select(form => new ProductShape(form, layer.Rows, layer.Inputs, layer.Units));

    private string FormKey => Form switch
    {
        ProductForm.Outputs => "xw",
        ProductForm.InputGradient => "dyw",
        _ => "xdy",
    };
}
