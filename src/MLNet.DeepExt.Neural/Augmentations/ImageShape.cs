using System.Globalization;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>How the features of a row are the pixels of a picture.</summary>
/// <param name="Height">Pixels from top to bottom, at least 1.</param>
/// <param name="Width">Pixels from left to right, at least 1.</param>
/// <param name="Channels">Numbers of a pixel, at least 1: 1 for gray, 3 for colors.</param>
/// <param name="Order">Whether the numbers of a pixel stand beside one another, or apart.</param>
public sealed record ImageShape(int Height, int Width, int Channels = 1, ChannelOrder Order = ChannelOrder.Last)
{
    /// <summary>Features of a row: height · width · channels.</summary>
    public int Length => Height * Width * Channels;

    /// <summary>Such as <c>28 × 28 × 1</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Height} × {Width} × {Channels}");

    internal OptionFault? FindFault() =>
        Height < 1 || Width < 1 || Channels < 1
            ? new(
                Height < 1 ? nameof(Height) : Width < 1 ? nameof(Width) : nameof(Channels),
                FormattableString.Invariant($"Height, Width and Channels of a picture must be at least 1 but are ")
                + FormattableString.Invariant($"{Height}, {Width} and {Channels}; a gray picture of the size of MNIST's has 28, 28 and 1."))
            : (long)Height * Width * Channels > Array.MaxLength / 2
                ? new(nameof(Height), $"A picture of {this} numbers is more than an array holds; use a smaller one.")
                : EnumFault.Find($"{nameof(Order)} of a picture", Order) is { } undefined
                    ? new(nameof(Order), $"{undefined}; Last has a pixel's numbers side by side.")
                    : null;

    /// <summary>Where a channel begins.</summary>
    internal int StartOf(int channel) => Order == ChannelOrder.Last ? channel : channel * Height * Width;

    /// <summary>From one pixel of a channel to the next.</summary>
    internal int PixelStep => Order == ChannelOrder.Last ? Channels : 1;
}
